#include "statement/production_statement.h"

#define AT(member) .offset = offsetof(struct production_statement, member)

/* The order is the format: docs/trust.md. */
static const struct statement_label labels[] = {
    {"Başvuru No", STATEMENT_HEX, AT(application_uid), .length = 32},
    {"D", STATEMENT_HEX, AT(digest), .length = 64},
    {"Deneme", STATEMENT_INT, AT(attempt)},
    {"Kart Seri No", STATEMENT_TEXT, AT(card_serial)},
    {"Açık Anahtar", STATEMENT_HEX, AT(public_key), .length = 64},
    {"Anahtar Kartta Üretildi", STATEMENT_FLAG, AT(is_made_on_card)},
    {"PUK Zarfı", STATEMENT_HEX, AT(puk_envelope), .length = 64},
    {"İstasyon", STATEMENT_TEXT, AT(station)},
    {"Düzenlenme Zamanı", STATEMENT_TIME, AT(made_s)},
    {NULL},
};
static const struct statement_type type = {"production", 1, labels};

enum err production_statement_write(struct arena *arena, const struct production_statement *statement,
                                    struct bytes *ret_text)
{
    if (!statement->is_made_on_card) return err_set(ERR_INVALID, "production 1: Anahtar Kartta Üretildi");
    return statement_write_whole(arena, &type, statement, ret_text);
}

enum err production_statement_read(struct arena *arena, struct bytes text, struct production_statement *ret_statement)
{
    struct production_statement statement = {0};

    TRY(statement_read_whole(arena, &type, text, &statement));
    if (!statement.is_made_on_card) return err_set(ERR_INVALID, "production 1: Anahtar Kartta Üretildi");
    *ret_statement = statement;
    return ERR_NONE;
}
