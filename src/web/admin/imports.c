/* Files of staff registers: those that came, and how a new one is brought (spec 08, Staff registers). */
#include "application/application.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_import_columns.h"
#include "web/admin/page_admin_import_new.h"
#include "web/admin/page_admin_imports.h"

#include <stdlib.h>
#include <string.h>

const char *admin_register_name(struct http_request *request, const char *register_code)
{
    const struct door *doors;
    size_t count;
    if (list_doors(web_of(request)->db, http_arena(request), &doors, &count) != ERR_NONE) return register_code;
    for (size_t i = 0; i < count; i++)
        if (strcmp(doors[i].register_code, register_code) == 0) return doors[i].register_name;
    return register_code;
}

enum err admin_go_to_import(struct http_request *request, const char *uid, const char *result)
{
    return http_redirect(request, arena_printf(http_arena(request), "/yonetim/personel/%s%s%s", uid,
                                               result == NULL ? "" : "?durum=", result == NULL ? "" : result));
}

enum err admin_show_imports(struct http_request *request)
{
    struct arena *arena = http_arena(request);
    const struct staff_import *imports;
    size_t count;
    TRY(list_imports(web_of(request)->db, arena, &imports, &count));
    struct page_admin_imports_imports *items = NEW_ARRAY(arena, struct page_admin_imports_imports, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct page_admin_imports_imports){
            .uid = imports[i].uid,
            .register_name = admin_register_name(request, imports[i].register_code),
            .file_name = imports[i].file_name,
            .account = imports[i].account_name,
            .created = time_to_date_time(arena, imports[i].created_s),
            .state = tr(http_language(request), import_state_title(imports[i].state)),
        };
    const char *result = http_query(request, "durum");
    return page_admin_imports(request, 200,
                              &(const struct page_admin_imports){
                                  .is_administrator = admin_is_administrator(request),
                                  .is_dropped = result != NULL && strcmp(result, "vazgecildi") == 0,
                                  .has_imports = count > 0,
                                  .imports = items,
                                  .imports_count = count,
                              });
}

/* -- a new one -- */

static const struct form_rule new_rules[] = {
    {.name = "register", .length_max = 40, .is_required = true, .missing = TR("Choose the register")},
    {.name = "extent", .length_max = 10, .is_required = true, .missing = TR("Say what the file holds")},
    {.name = "file"}, /* a file; stands here for its mistakes */
    {0},
};

enum err admin_list_registers(struct http_request *request, const struct page_option **ret_options, size_t *ret_count)
{
    struct arena *arena = http_arena(request);
    const struct door *doors;
    size_t count, registers = 0;
    TRY(list_doors(web_of(request)->db, arena, &doors, &count));
    struct page_option *options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t known = 0;
        while (known < registers && strcmp(options[known].value, doors[i].register_code) != 0) known++;
        if (known == registers)
            options[registers++] = (struct page_option){doors[i].register_code, doors[i].register_name};
    }
    *ret_options = options;
    *ret_count = registers;
    return ERR_NONE;
}

static enum err show_new(struct http_request *request, int status, const struct form *form)
{
    enum language language = http_language(request);
    const struct page_option *options;
    size_t registers;
    TRY(admin_list_registers(request, &options, &registers));
    const struct page_option extents[] = {
        {"whole", tr(language, TR("The whole register: who is not in it has left"))},
        {"some", tr(language, TR("Some people: new ones and changes, nobody leaves"))},
    };
    return page_admin_import_new(request, status,
                                 &(const struct page_admin_import_new){
                                     .register_field = form_field(form, "register"),
                                     .registers = options,
                                     .registers_count = registers,
                                     .extent = form_field(form, "extent"),
                                     .extents = extents,
                                     .extents_count = 2,
                                     .file = form_field(form, "file"),
                                 });
}

enum err admin_show_new_import(struct http_request *request)
{
    struct form form = form_empty(request, new_rules);
    return show_new(request, 200, &form);
}

enum err admin_need_register(struct http_request *request, struct form *form)
{
    const struct door *doors;
    size_t count, i = 0;
    TRY(list_doors(web_of(request)->db, http_arena(request), &doors, &count));
    while (i < count && strcmp(doors[i].register_code, form_value(form, "register")) != 0) i++;
    if (i == count) form_mistake(form, "register", TR("Choose the register"));
    return ERR_NONE;
}

static enum err take_file(struct http_request *request, struct form *form, const struct form_file *file,
                          const char **ret_uid)
{
    struct web *web = web_of(request);
    struct actor actor = staff_actor(request);
    bool is_whole = strcmp(form_value(form, "extent"), "whole") == 0;
    const char *name = file->file_name[0] != '\0' ? file->file_name : "-";
    enum err error = stage_import(web->db, web->keeper, http_arena(request), &actor, staff_account_id(request),
                                  form_value(form, "register"), name, is_whole, file->body, ret_uid);
    if (error == ERR_TOO_LARGE)
        form_mistake(form, "file", TR("The file is larger than 32 MB. Part it, and bring the parts as some people"));
    else if (error == ERR_INVALID)
        form_mistake(form, "file",
                     TR("The first row does not name six to 32 columns parted by semicolons or commas. "
                        "Save the table as CSV with its header"));
    else return error;
    return ERR_NONE;
}

enum err admin_bring_import(struct http_request *request)
{
    struct form form;
    const char *uid = NULL;
    TRY(form_read(request, new_rules, &form));
    TRY(admin_need_register(request, &form));
    const struct form_file *file = form_file(&form, "file");
    if (file == NULL || file->body.size == 0) form_mistake(&form, "file", TR("Choose the file"));
    if (form.errors == 0 && file != NULL) TRY(take_file(request, &form, file, &uid));
    if (form.errors > 0) return show_new(request, 422, &form);
    return http_redirect(request, arena_printf(http_arena(request), "/yonetim/personel/%s/sutunlar", uid));
}

/* -- its columns -- */

#define COLUMN_RULE(column)                                                                                            \
    {                                                                                                                  \
        .name = column, .length_max = 2                                                                                \
    }
static const struct form_rule column_rules[] = {
    COLUMN_RULE("tckn"),       COLUMN_RULE("ad"),           COLUMN_RULE("soyad"),
    COLUMN_RULE("dogum_yeri"), COLUMN_RULE("dogum_tarihi"), COLUMN_RULE("kurum_kodu"),
    COLUMN_RULE("sicil_no"),   COLUMN_RULE("grup"),         COLUMN_RULE("ahb_kodu"),
    COLUMN_RULE("birim"),      COLUMN_RULE("unvan"),        COLUMN_RULE("adres"),
    COLUMN_RULE("il"),         COLUMN_RULE("ilce"),         COLUMN_RULE("posta_kodu"),
    COLUMN_RULE("eposta"),     COLUMN_RULE("cep"),          {0},
};

static enum err find_header(struct http_request *request, struct staff_import *ret_import,
                            struct import_header *ret_header)
{
    struct web *web = web_of(request);
    const char *uid = http_path(request, "uid");
    TRY(find_import(web->db, http_arena(request), uid, ret_import));
    return find_import_header(web->db, web->keeper, http_arena(request), uid, ret_header);
}

static enum err show_columns(struct http_request *request, int status, const struct staff_import *import,
                             const struct import_header *header, const struct form *form)
{
    struct arena *arena = http_arena(request);
    struct page_option *cells = NEW_ARRAY(arena, struct page_option, header->count + 1);
    for (size_t i = 0; i < header->count; i++)
        cells[i] =
            (struct page_option){arena_printf(arena, "%zu", i),
                                 header->cells[i][0] != '\0' ? header->cells[i] : arena_printf(arena, "%zu.", i + 1)};
    const struct page_admin_import_columns page = {
        .uid = import->uid,
        .file_name = import->file_name,
        .cells = cells,
        .cells_count = header->count,
        .tckn = form_field(form, "tckn"),
        .ad = form_field(form, "ad"),
        .soyad = form_field(form, "soyad"),
        .dogum_yeri = form_field(form, "dogum_yeri"),
        .dogum_tarihi = form_field(form, "dogum_tarihi"),
        .kurum_kodu = form_field(form, "kurum_kodu"),
        .sicil_no = form_field(form, "sicil_no"),
        .grup = form_field(form, "grup"),
        .ahb_kodu = form_field(form, "ahb_kodu"),
        .birim = form_field(form, "birim"),
        .unvan = form_field(form, "unvan"),
        .adres = form_field(form, "adres"),
        .il = form_field(form, "il"),
        .ilce = form_field(form, "ilce"),
        .posta_kodu = form_field(form, "posta_kodu"),
        .eposta = form_field(form, "eposta"),
        .cep = form_field(form, "cep"),
    };
    return page_admin_import_columns(request, status, &page);
}

enum err admin_show_import_columns(struct http_request *request)
{
    struct form form = form_empty(request, column_rules);
    struct staff_import import;
    struct import_header header;
    TRY(find_header(request, &import, &header));
    if (import.state != IMPORT_ARRIVED && import.state != IMPORT_CHECKED)
        return admin_go_to_import(request, import.uid, NULL);
    for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++)
        if (header.guessed[i] >= 0)
            form_set(&form, staff_column_names[i], arena_printf(http_arena(request), "%d", header.guessed[i]));
    return show_columns(request, 200, &import, &header, &form);
}

/* What was chosen for a column: a place in the header, -1 for none. */
static int read_place(struct form *form, size_t column, const struct import_header *header)
{
    const char *name = staff_column_names[column], *value = form_value(form, name);
    char *end;
    long place = strtol(value, &end, 10);
    if (*value == '\0') {
        if (column < STAFF_REQUIRED_COUNT) form_mistake(form, name, TR("Choose the column that holds this"));
        return -1;
    }
    if (*end == '\0' && place >= 0 && (size_t)place < header->count) return (int)place;
    form_mistake(form, name, TR("Choose a column of the file"));
    return -1;
}

enum err admin_choose_import_columns(struct http_request *request)
{
    struct form form;
    struct staff_import import;
    struct import_header header;
    struct actor actor = staff_actor(request);
    int places[STAFF_COLUMN_COUNT];
    TRY(find_header(request, &import, &header));
    TRY(form_read(request, column_rules, &form));
    for (size_t i = 0; i < STAFF_COLUMN_COUNT; i++) {
        places[i] = read_place(&form, i, &header);
        for (size_t j = 0; j < i; j++)
            if (places[i] >= 0 && places[i] == places[j])
                form_mistake(&form, staff_column_names[i], TR("This column was chosen for another field above"));
    }
    if (form.errors > 0) return show_columns(request, 422, &import, &header, &form);
    enum err error = check_import(web_of(request)->db, http_arena(request), &actor, import.uid, places, false);
    return error == ERR_NONE || error == ERR_STATE ? admin_go_to_import(request, import.uid, NULL) : error;
}
