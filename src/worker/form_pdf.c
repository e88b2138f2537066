#include "worker/form_pdf.h"

#include "worker/form_paper.h"

static enum err write_pdf(struct db *db, struct arena *arena, const struct installation *installation,
                          const struct application *application, struct bytes *ret_pdf)
{
    if (!application->barcode) return err_set(ERR_STATE, "the application is not confirmed");
    struct institution institution;
    struct form_desk desk;
    TRY(find_institution(db, arena, application->institution_id, &institution));
    TRY(find_form_desk(db, arena, application, &desk));
    struct accepted_texts texts;
    TRY(find_accepted_texts(db, arena, application->statement, &texts));
    struct form_paper paper = {application, &institution, &desk, &texts, installation->is_demo};
    return form_paper_write(arena, &paper, ret_pdf);
}

enum err form_pdf(struct db *db, struct keeper *keeper, struct arena *arena, const struct installation *installation,
                  int64_t application_id, struct bytes *ret_pdf)
{
    CLEANUP_APPLICATION struct application application = {0};
    TRY(open_application(db, keeper, arena, application_id, &application));
    return write_pdf(db, arena, installation, &application, ret_pdf);
}
