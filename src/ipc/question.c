#include "ipc/question.h"

void question_person_put(struct buffer *payload, const struct question_person *person)
{
    ipc_put_text(payload, person->identity_number);
    ipc_put_text(payload, person->given_names);
    ipc_put_text(payload, person->surname);
    ipc_put_int64(payload, person->birth_year);
    ipc_put_int64(payload, person->birth_month);
    ipc_put_int64(payload, person->birth_day);
}

enum err question_person_get(struct ipc_reader *reader, struct question_person *ret_person)
{
    struct question_person person;
    TRY(ipc_get_text(reader, &person.identity_number));
    TRY(ipc_get_text(reader, &person.given_names));
    TRY(ipc_get_text(reader, &person.surname));
    TRY(ipc_get_int64(reader, &person.birth_year));
    TRY(ipc_get_int64(reader, &person.birth_month));
    TRY(ipc_get_int64(reader, &person.birth_day));
    TRY(ipc_get_end(reader));
    *ret_person = person;
    return ERR_NONE;
}

void question_answer_put(struct buffer *payload, enum question_answer answer)
{
    ipc_put_int64(payload, answer);
}

enum err question_answer_get(struct ipc_reader *reader, enum question_answer *ret_answer)
{
    int64_t answer;
    TRY(ipc_get_int64(reader, &answer));
    TRY(ipc_get_end(reader));
    if (answer < QUESTION_NO || answer > QUESTION_YES_BY_DATE) return err_set(ERR_INVALID, "an unknown answer");
    *ret_answer = (enum question_answer)answer;
    return ERR_NONE;
}
