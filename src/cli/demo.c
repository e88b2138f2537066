#include "cli/demo.h"

#include "application/application.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/turkish.h"
#include "identity/identity.h"
#include "payment/payment.h"
#include "register/register.h"
#include "init_sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

extern const char demo_institutions_csv[];
extern const char demo_staff_csv[];

#define DEMO_REGISTER "saglik"
#define DEMO_KNOWN_DAYS 30

/* -- into the database -- */

/* The doors that ship (spec 01). */
static const struct {
    struct door door;
    const char *address; /* of the former portal */
} doors[] = {
    {{.path = "saglik",
      .name = "Sağlık Bakanlığı",
      .english_name = "Ministry of Health",
      .register_code = DEMO_REGISTER,
      .register_name = "ÇKYS/İKYS",
      .asks_staff_number = true,
      .terms = {1, 2, 3},
      .offers_reader = true,
      .offers_vpn = true},
     "ws.go"},
    {{.path = "meb",
      .name = "Millî Eğitim Bakanlığı",
      .english_name = "Ministry of National Education",
      .register_code = "meb",
      .register_name = "MEBBİS",
      .terms = {1, 2, 3},
      .offers_reader = true,
      .offers_vpn = true},
     "meb.go"},
};

static enum err write_doors(struct db *db, struct arena *arena, const struct actor *actor)
{
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        TRY(write_door(db, arena, actor, &doors[i].door, &doors[i].address, 1));
    return ERR_NONE;
}

/* The list of spec 05; what a later version leaves out costs what it did. */
static enum err insert_prices(struct db_tx *tx, void *context)
{
    static const struct {
        int year;
        enum product product;
        int64_t net_kurus;
    } prices[] = {
        {2021, PRODUCT_CERTIFICATE_3, 12500},
        {2021, PRODUCT_REPLACEMENT, 12500},
        {2021, PRODUCT_READER, 6000},
        {2022, PRODUCT_CERTIFICATE_1, 11000},
        {2022, PRODUCT_CERTIFICATE_2, 13500},
        {2022, PRODUCT_CERTIFICATE_3, 17000},
        {2022, PRODUCT_REPLACEMENT, 17000},
        {2022, PRODUCT_READER, 10000},
        {2022, PRODUCT_VPN, 5000},
        {2023, PRODUCT_CERTIFICATE_3, 35000},
        {2023, PRODUCT_REPLACEMENT, 35000},
    };
    (void)context;
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
        const struct new_price price = {prices[i].product, time_of_date((struct date){prices[i].year, 1, 1}),
                                        prices[i].net_kurus, 18};
        TRY(add_price(tx, &price));
    }
    return ERR_NONE;
}

/* The data are our own: a refused row is a fault. */
static enum err check_report(const char *file, const struct import_report *report)
{
    if (report->mistake_count == 0) return ERR_NONE;
    return err_set(ERR_BROKEN, "%s line %lld: %s", file, (long long)report->mistakes[0].line,
                   report->mistakes[0].reason);
}

static enum err import_registers(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor)
{
    struct import_report report;
    TRY(import_institutions(db, arena, actor, bytes_of_text(demo_institutions_csv), &report));
    TRY(check_report("demo-institutions.csv", &report));
    /* spec 10: the demo's numbers have been known for 30 days, so they count */
    TRY(import_staff(db, keeper, arena, actor, DEMO_REGISTER, bytes_of_text(demo_staff_csv),
                     clock_now_s() - DEMO_KNOWN_DAYS * DAY_S, false, &report));
    return check_report("demo-staff.csv", &report);
}

struct code_lookup {
    struct arena *arena;
    const char *code;
    int64_t id;
};
static enum err find_code(struct db_tx *tx, void *context)
{
    struct code_lookup *lookup = context;
    const struct db_rows *row;
    TRY(db_row(tx, lookup->arena, &sql_find_institution_by_code, DB_WITH(DB_TEXT("code", lookup->code)), &row));
    lookup->id = db_int64(row, 0, "id");
    return ERR_NONE;
}

/* RFC 4648 6; the 20 bytes of a TOTP secret need no padding. */
static const char *base32_encode(struct arena *arena, struct bytes source)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = arena_alloc(arena, source.size * 8 / 5 + 2);
    size_t used = 0, bits = 0;
    uint32_t held = 0;
    for (size_t i = 0; i < source.size; i++) {
        held = (held << 8) | source.data[i];
        for (bits += 8; bits >= 5; bits -= 5) text[used++] = alphabet[(held >> (bits - 5)) & 31];
    }
    return text;
}

struct new_contact {
    int64_t person_id;
    struct bytes sealed_contact;
};
static enum err set_contact(struct db_tx *tx, void *context)
{
    const struct new_contact *change = context;
    return person_set_contact(tx, change->person_id, change->sealed_contact);
}

/* An institution's people came with its register; the provider's own come here. */
static enum err find_staff_person(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                                  const struct demo_person *member, int64_t *ret_person_id)
{
    struct person person = {0};
    struct person_details details = {.identity_number = member->identity_number};
    if (member->institution_code != NULL) {
        TRY(find_person(db, keeper, arena, member->identity_number, &person));
    } else {
        details.given_names = turkish_name(arena, member->given_names);
        details.surname = turkish_name(arena, member->surname);
        details.birth_place = turkish_name(arena, member->birth_place);
        TRY(date_parse(member->birth_date, &details.birth_date));
        TRY(need_person(db, keeper, arena, actor, &details, &person));
    }
    const struct contact contact = {member->email, member->mobile, "both", LANGUAGE_TURKISH};
    struct new_contact change = {person.id, person_seal_contact(arena, &person, &contact)};
    person_close(&person);
    *ret_person_id = change.person_id;
    /* they stand in no register that says how to reach them */
    return member->institution_code == NULL ? db_run(db, set_contact, &change) : ERR_NONE;
}

static const struct {
    enum staff_role role;
    const char *list; /* in demo.json */
} staff_kinds[REGISTRY_ROLE_COUNT] = {
    [REGISTRY_OFFICER] = {STAFF_OFFICER, "officers"},
    [REGISTRY_OPERATOR] = {STAFF_OPERATOR, "operators"},
    [REGISTRY_ADMINISTRATOR] = {STAFF_ADMINISTRATOR, "administrators"},
    [REGISTRY_AUDITOR] = {STAFF_AUDITOR, "auditors"},
};

/* The account with its one-time link, as a member of its list in demo.json. */
static enum err make_account(struct db *db, struct keeper *keeper, struct arena *arena, const struct actor *actor,
                             const struct installation *installation, const struct demo_staff *member, json_t *json)
{
    const struct demo_person *person = member->person;
    const char *list = staff_kinds[member->role].list;
    struct code_lookup lookup = {.arena = arena, .code = person->institution_code};
    int64_t person_id;
    TRY(find_staff_person(db, keeper, arena, actor, person, &person_id));
    if (lookup.code != NULL) TRY(db_read(db, find_code, &lookup));
    const char *display_name = arena_printf(arena, "%s %s", person->given_names, person->surname);
    const struct staff_account account = {.role = staff_kinds[member->role].role,
                                          .person_id = person_id,
                                          .institution_id = lookup.id,
                                          .display_name = display_name,
                                          .user_name = person->user_name};
    const char *token, *desk = member->role == REGISTRY_OFFICER ? "yetkili" : "yonetim";
    TRY(create_staff_account(db, arena, actor, &account, &token));
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "identity_number", person->identity_number,
                  "display_name", display_name, "user_name", person->user_name, "token_label", person->user_name,
                  "role", registry_role_words[member->role], "institution", lookup.code != NULL ? lookup.code : "",
                  "link", arena_printf(arena, "%s/%s/kurulum/%s", installation->public_url, desk, token), "totp_secret",
                  base32_encode(arena, demo_totp_secret(arena, token)));
    if (json_object_get(json, list) == NULL) json_object_set_new(json, list, json_array());
    json_array_append_new(json_object_get(json, list), object);
    return ERR_NONE;
}

/* -- demo.json -- */

static const char *institution_name(const struct demo *demo, const char *code)
{
    for (size_t i = 0; i < demo->institutions_count; i++)
        if (strcmp(demo->institutions[i].code, code) == 0) return demo->institutions[i].name;
    return "";
}

static json_t *list_people(const struct demo *demo)
{
    json_t *people = json_array();
    for (size_t i = 0; i < demo->people_count; i++) {
        const struct demo_person *person = &demo->people[i];
        json_array_append_new(people,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "identity_number",
                                        person->identity_number, "given_names", person->given_names, "surname",
                                        person->surname, "birth_place", person->birth_place, "birth_date",
                                        person->birth_date, "staff_number", person->staff_number, "institution",
                                        institution_name(demo, person->institution_code), "institution_code",
                                        person->institution_code, "mobile", person->mobile, "email", person->email));
    }
    return people;
}

static json_t *list_addresses(struct arena *arena, const struct installation *installation,
                              const struct init_options *options)
{
    const char *home = installation->public_url, *responder = installation->responder_url;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "home", home, "portal", home, "apply",
                     arena_printf(arena, "%s/basvuru/saglik", home), "officer", arena_printf(arena, "%s/yetkili", home),
                     "admin", arena_printf(arena, "%s/yonetim", home), "online", arena_printf(arena, "%s/online", home),
                     "responder", responder, "ocsp_url", arena_printf(arena, "%s/ocsp", responder), "crl_url",
                     arena_printf(arena, "%s/crl/issuing.crl", responder), "simulator",
                     arena_printf(arena, "http://localhost:%d", options->sim_port));
}

static enum err write_json(struct arena *arena, const struct installation *installation, const json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(2));
    if (text == NULL) return err_set(ERR_BROKEN, "demo.json: a text is not UTF-8");
    enum err error = file_write(installation_path(arena, installation, "demo.json"), bytes_of_text(text), 0600);
    free(text);
    return error;
}

enum err demo_fill(struct db *db, struct keeper *keeper, struct arena *arena, const struct installation *installation,
                   const struct demo *demo, const struct init_options *options)
{
    const struct actor actor = {ACTOR_SYSTEM, 0, "", "init"};
    TRY(write_doors(db, arena, &actor));
    TRY(db_run(db, insert_prices, NULL));
    TRY(import_registers(db, keeper, arena, &actor));
    json_t *json =
        json_pack("{s:o, s:o}", "addresses", list_addresses(arena, installation, options), "people", list_people(demo));
    enum err error = ERR_NONE;
    for (size_t i = 0; error == ERR_NONE && i < demo->staff_count; i++)
        error = make_account(db, keeper, arena, &actor, installation, &demo->staff[i], json);
    if (error == ERR_NONE) error = write_json(arena, installation, json);
    json_decref(json);
    return error;
}
