/* The printed form of an application, in Turkish: it is the paper that is signed. */
#include "worker/form_paper.h"

#include "base/language.h"
#include "worker/form_sheet.h"

#include <pthread.h>
#include <string.h>

#define PAGES 2
#define LABEL_WIDTH 96.0
#define COLUMN_GAP 14.0
#define COLUMN_WIDTH ((SHEET_INNER - COLUMN_GAP) / 2)
#define SIGNATURE_WIDTH 230.0
#define SIGNATURE_HEIGHT 92.0
#define HEAD_HEIGHT 74.0
#define SIGNATURE_TOP (SHEET_HEIGHT - SHEET_MARGIN - 24 - SIGNATURE_HEIGHT)

struct form_sheets {
    struct sheet *sheet;
    struct arena *arena;
    const struct application *application;
    const struct institution *institution;
    const struct form_desk *desk;
    const struct accepted_texts *texts;
    bool is_demo;
};

struct field {
    const char *label; /* English (TR) */
    const char *value;
    bool is_wide; /* a row of its own */
};

static const char *t(const char *english)
{
    return tr(LANGUAGE_TURKISH, english);
}

static const char *spoken_of(struct form_sheets *paper, const char *english)
{
    return tr_fill(paper->arena, LANGUAGE_TURKISH, english, "barcode", paper->application->barcode, NULL);
}

static const char *or_dash(const char *value)
{
    return value && *value ? value : "–";
}

/* One label and its value; returns the height taken. */
static double draw_field(struct form_sheets *paper, const struct field *field, double x, double y, double width)
{
    double label = sheet_constant(paper->sheet, "TH", &sheet_label, x, y + 0.7, LABEL_WIDTH - 4, t(field->label));
    double value =
        sheet_text(paper->sheet, "TD", &sheet_value, x + LABEL_WIDTH, y, width - LABEL_WIDTH, or_dash(field->value));
    return (label > value ? label : value) + 2.5;
}

/* A heading and a table of its fields in two columns, read row by row; fields ended by label NULL. */
static double draw_group(struct form_sheets *paper, const char *heading, const struct field *fields, double y)
{
    struct sheet *sheet = paper->sheet;
    y += sheet_constant(sheet, "H2", &sheet_heading, SHEET_MARGIN, y, SHEET_INNER, t(heading)) + 1;
    sheet_line(sheet, SHEET_MARGIN, y, SHEET_INNER);
    y += 4;
    sheet_open(sheet, "Table");
    while (fields->label) {
        bool is_wide = fields->is_wide;
        sheet_open(sheet, "TR");
        double left = draw_field(paper, fields++, SHEET_MARGIN, y, is_wide ? SHEET_INNER : COLUMN_WIDTH), right = 0;
        if (!is_wide && fields->label && !fields->is_wide)
            right = draw_field(paper, fields++, SHEET_MARGIN + COLUMN_WIDTH + COLUMN_GAP, y, COLUMN_WIDTH);
        sheet_close(sheet);
        y += left > right ? left : right;
    }
    sheet_close(sheet);
    return y + 6;
}

/*
 * Title, Code 128 and QR; the same on each page, so that a lone sheet can be told. The bars are as wide as the sheet
 * allows: a module of 1.5 points is two dots of a bad scanner.
 */
static enum err draw_head(struct form_sheets *paper, const char *title, double *ret_y)
{
    const char *barcode = paper->application->barcode;
    struct sheet *sheet = paper->sheet;
    const struct sheet_figure qr = {SHEET_WIDTH - SHEET_MARGIN - HEAD_HEIGHT, SHEET_MARGIN - 6, HEAD_HEIGHT,
                                    HEAD_HEIGHT, spoken_of(paper, TR("QR code: {barcode}"))};
    const struct sheet_figure bars = {SHEET_MARGIN - 14, SHEET_MARGIN + 24, 370, 32,
                                      spoken_of(paper, TR("Barcode: {barcode}"))};
    sheet_constant(sheet, "H1", &sheet_title, SHEET_MARGIN, SHEET_MARGIN - 4, 400, title);
    TRY(sheet_code_128(sheet, &bars, barcode));
    sheet_text_middle(sheet, "P", &sheet_value, bars.x + bars.width / 2, bars.y + bars.height + 2, barcode);
    TRY(sheet_qr_code(sheet, &qr, barcode));
    if (paper->is_demo) {
        double x = bars.x + bars.width - 4;
        sheet_constant(sheet, "P", &sheet_warning, x, bars.y + 2, qr.x - x, t(TR("TEST – not valid")));
    }
    *ret_y = SHEET_MARGIN + HEAD_HEIGHT + 4;
    return ERR_NONE;
}

static void draw_foot(struct form_sheets *paper, const struct legal_text *text, int page)
{
    double y = SHEET_HEIGHT - SHEET_MARGIN - 8;
    sheet_line(paper->sheet, SHEET_MARGIN, y - 4, SHEET_INNER);
    const char *version = tr_fill(paper->arena, LANGUAGE_TURKISH, "{form} version {version}", "form", text->name,
                                  "version", text->version, NULL);
    sheet_text(paper->sheet, "P", &sheet_small, SHEET_MARGIN, y, 300, version);
    const char *number =
        tr_fill(paper->arena, LANGUAGE_TURKISH, "Page {page}/{pages}", "page", arena_printf(paper->arena, "%d", page),
                "pages", arena_printf(paper->arena, "%d", PAGES), NULL);
    sheet_text_right(paper->sheet, NULL, &sheet_small, SHEET_WIDTH - SHEET_MARGIN, y, number);
}

/* Bottom right: the one place for the signature (spec 02). */
static void draw_signature(struct form_sheets *paper)
{
    double x = SHEET_WIDTH - SHEET_MARGIN - SIGNATURE_WIDTH;
    struct sheet *sheet = paper->sheet;
    sheet_box(sheet, x, SIGNATURE_TOP, SIGNATURE_WIDTH, SIGNATURE_HEIGHT, 1.6);
    double y = SIGNATURE_TOP + 5;
    y += sheet_constant(sheet, "H2", &sheet_heading, x + 7, y, SIGNATURE_WIDTH - 14, t(TR("Sign here, in ink"))) + 2;
    const char *name = arena_printf(paper->arena, "%s %s", paper->application->person.details.given_names,
                                    paper->application->person.details.surname);
    y += sheet_text(sheet, "P", &sheet_value, x + 7, y, SIGNATURE_WIDTH - 14, name) + 2;
    sheet_constant(sheet, "P", &sheet_label, x + 7, y, 120, t(TR("Date: ….. / ….. / 20…..")));
    sheet_constant(sheet, "P", &sheet_label, x + 7, SIGNATURE_TOP + SIGNATURE_HEIGHT - 15, 120, t(TR("Signature:")));
}

/* Bottom left: to whom the paper goes. */
static void draw_destination(struct form_sheets *paper)
{
    const struct institution *institution = &paper->desk->institution;
    struct sheet *sheet = paper->sheet;
    double width = SHEET_INNER - SIGNATURE_WIDTH - 16, y = SIGNATURE_TOP;
    y += sheet_constant(sheet, "H2", &sheet_heading, SHEET_MARGIN, y, width, t(TR("Bring the signed original to"))) + 2;
    const char *phone = phone_text(paper->arena, institution->phone, "");
    if (*institution->extension != '\0') {
        phone = tr_fill(paper->arena, LANGUAGE_TURKISH, "{phone}, extension {extension}", "phone", phone, "extension",
                        institution->extension, NULL);
    }
    const char *const lines[] = {paper->desk->officer,
                                 arena_printf(paper->arena, "%s – %s", institution->name, institution->unit),
                                 institution->address, phone};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i]) y += sheet_text(sheet, "P", &sheet_value, SHEET_MARGIN, y, width, lines[i]);
    y += 3;
    sheet_constant(
        sheet, "P", &sheet_small, SHEET_MARGIN, y, width,
        t(TR("By hand or through your unit's records office. No corrections by hand and no correction fluid: to "
             "change something, log in again, change the form and print anew; this print is void then.")));
}

static const char *display_date(struct arena *arena, const char *iso)
{
    struct date date;
    return date_from_iso(iso, &date) == ERR_NONE ? date_to_text(arena, date) : iso;
}

/* As long as the certificate that it replaces, or by its term, which may start later. */
static const char *term_of(struct arena *arena, const struct application_form *form)
{
    if (form->end[0] != '\0')
        return tr_fill(arena, LANGUAGE_TURKISH, "until {end}", "end", time_to_date_time(arena, form_time_s(form->end)),
                       NULL);
    if (form->start[0] != '\0')
        return tr_fill(arena, LANGUAGE_TURKISH, "{years} years from {start}", "years", form->term, "start",
                       time_to_date_time(arena, form_time_s(form->start)), NULL);
    return tr_fill(arena, LANGUAGE_TURKISH, "{years} years", "years", form->term, NULL);
}

static double draw_application(struct form_sheets *paper, double y)
{
    const struct application *a = paper->application;
    const struct application_form *form = &a->form;
    struct arena *arena = paper->arena;
    const struct field fields[] = {
        {TR("Reason"), t(application_reason_title(a->reason))},
        {TR("Term"), term_of(arena, form)},
        {TR("Card reader"), t(form_choice_title(form->reader))},
        {TR("VPN/logon certificate"), t(form_choice_title(form->vpn))},
        {TR("Confirmed on"), time_to_date_time(arena, a->confirmed_s)},
        {TR("Security word"), t(TR("Set"))},
        {form->certificate[0] != '\0' ? TR("Certificate concerned") : NULL, form->certificate, .is_wide = true},
        {0},
    };
    return draw_group(paper, TR("Application"), fields, y);
}

static double draw_person(struct form_sheets *paper, double y)
{
    const struct application_form *form = &paper->application->form;
    const struct person_details *details = &paper->application->person.details;
    const struct field fields[] = {
        {TR("Identity number"), details->identity_number},
        {TR("Name and surname"), arena_printf(paper->arena, "%s %s", form->given_names, form->surname)},
        {TR("Place of birth"), form->birth_place},
        {TR("Date of birth"), display_date(paper->arena, form->birth_date)},
        {0},
    };
    return draw_group(paper, TR("Person"), fields, y);
}

static double draw_institution(struct form_sheets *paper, double y)
{
    const struct application_form *form = &paper->application->form;
    const bool is_physician = strcmp(form->is_family_physician, "yes") == 0;
    const struct field fields[] = {
        {TR("Institution"), paper->institution->name, true},
        {TR("Staff number"), form->staff_number},
        {is_physician ? TR("Family health centre") : TR("Unit"), is_physician ? form->family_centre : form->unit},
        {TR("Title"), form->title},
        {TR("Address"), form->address, true},
        {TR("Postal code, district and province"),
         arena_printf(paper->arena, "%s %s / %s", form->postal_code, form->district, form->province)},
        {is_physician ? TR("Family physician's unit code") : NULL, form->family_unit_code},
        {0},
    };
    return draw_group(paper, TR("Institution and delivery"), fields, y);
}

static double draw_contact(struct form_sheets *paper, double y)
{
    const struct application_form *form = &paper->application->form;
    struct arena *arena = paper->arena;
    const struct field fields[] = {
        {TR("E-mail"), form->email},
        {TR("Mobile phone"), arena_printf(arena, "%s (%s)", phone_text(arena, form->mobile, ""),
                                          t(form_choice_title(form->mobile_operator)))},
        {TR("Work phone / extension"), phone_text(arena, form->work_phone, form->extension)},
        {TR("Home phone"), phone_text(arena, form->home_phone, "")},
        {TR("Notification channel"), t(form_choice_title(form->channel))},
        {0},
    };
    return draw_group(paper, TR("Contact"), fields, y);
}

static enum err draw_form_page(struct form_sheets *paper)
{
    double y;
    TRY(draw_head(paper, t(TR("Qualified electronic certificate application form")), &y));
    y = draw_application(paper, y);
    y = draw_person(paper, y);
    y = draw_institution(paper, y);
    y = draw_contact(paper, y);
    y += sheet_text(paper->sheet, "H2", &sheet_heading, SHEET_MARGIN, y, SHEET_INNER, paper->texts->declaration_title) +
         2;
    sheet_paragraphs(paper->sheet, &sheet_small, SHEET_MARGIN, y, SHEET_INNER, paper->texts->declaration);
    draw_destination(paper);
    draw_signature(paper);
    draw_foot(paper, &paper->texts->form, 1);
    return ERR_NONE;
}

static enum err draw_undertaking_page(struct form_sheets *paper)
{
    const struct legal_text *undertaking = &paper->texts->undertaking;
    double y;
    TRY(draw_head(paper, undertaking->title, &y));
    sheet_paragraphs(paper->sheet, &sheet_value, SHEET_MARGIN, y, SHEET_INNER, undertaking->text);
    draw_signature(paper);
    draw_foot(paper, undertaking, PAGES);
    return ERR_NONE;
}

static enum err draw(struct form_sheets *paper)
{
    TRY(draw_form_page(paper));
    sheet_next_page(paper->sheet);
    TRY(draw_undertaking_page(paper));
    return sheet_finish(paper->sheet);
}

enum err form_paper_write(struct arena *arena, const struct form_paper *paper, struct bytes *ret_pdf)
{
    /* pango's fonts and what is kept of constant texts are the process's: one form at a time */
    static pthread_mutex_t drawing = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&drawing);
    struct sheet sheet;
    sheet_begin(&sheet, arena, t(TR("Qualified electronic certificate application form")));
    struct form_sheets sheets = {&sheet,      arena,        paper->application, paper->institution,
                                 paper->desk, paper->texts, paper->is_demo};
    enum err error = draw(&sheets);
    if (error == ERR_NONE) *ret_pdf = bytes_copy(arena, buffer_bytes(&sheet.file.bytes));
    sheet_end(&sheet);
    pthread_mutex_unlock(&drawing);
    return error;
}
