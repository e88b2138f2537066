/* The texts an application was made with (spec 02: kept), for printing and reading it again. */
#include "application/application.h"

enum err find_accepted_texts(struct db *db, struct arena *arena, struct bytes statement,
                             struct accepted_texts *ret_texts)
{
    struct application_statement read;
    struct legal_text declaration;
    struct accepted_texts texts;

    if (statement.size == 0) return err_set(ERR_STATE, "the application is not confirmed");
    TRY(application_statement_read(arena, statement, &read));
    TRY(find_referenced_text(db, arena, LEGAL_NOTICE, read.notice, &texts.notice));
    TRY(find_referenced_text(db, arena, LEGAL_INFORMATION, read.information, &texts.information));
    TRY(find_referenced_text(db, arena, LEGAL_FORM, read.form, &texts.form));
    TRY(find_referenced_text(db, arena, LEGAL_UNDERTAKING, read.undertaking, &texts.undertaking));
    TRY(find_declaration(db, arena, read.declaration, &declaration));
    texts.declaration = read.declaration;
    texts.declaration_title = declaration.title;
    *ret_texts = texts;
    return ERR_NONE;
}
