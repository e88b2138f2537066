/* Chain and revocation evidence of a signer's certificate: what is taken in, and what is not (spec 02, 10). */
#include "fixture_signing.h"
#include "pki/validation_data.h"

#define TEXT "divit application 1\n"

static struct certificate ayse, can; /* under the people's authority, and under the issuing one */
static const struct actor program = {ACTOR_NOBODY, 0, "127.0.0.1", "istek"};

struct world { /* what the outside says */
    const struct authority *above;
    const struct certificate *asked; /* of which certificate the answer is */
    const struct authority *answers; /* whose responder, whose list */
    int64_t from_s, until_s; /* seconds from now */
    bool is_revoked;
    int64_t reason;
    bool is_root_silent;
};

static struct bytes crl_of(const struct authority *authority, const struct certificate *listed,
                           const struct world *world)
{
    struct external_signer signer = memory_key_signer(authority->key);
    struct crl_entry entry = {0};
    if (listed != NULL) entry = (struct crl_entry){listed->serial_bytes, clock_now_s() - 60, world->reason};
    const struct crl_content content = {.issuer = &authority->certificate,
                                        .number = 1,
                                        .this_update_s = clock_now_s() + world->from_s,
                                        .next_update_s = clock_now_s() + world->until_s,
                                        .entries = &entry,
                                        .entries_count = listed == NULL ? 0 : 1};
    struct bytes crl;
    OK(crl_build(arena, &content, &signer, &crl));
    return crl;
}

/* By the responder that this authority delegated, to a question as the worker asks it. */
static struct bytes ocsp_of(const struct world *world, struct bytes nonce)
{
    const struct name name = {.country = "TR", .common_name = "OCSP"};
    int64_t now_s = clock_now_s();
    struct certificate responder =
        certify(world->answers, &profile_ocsp, &name, memory_key_public(card), now_s - DAY_S, now_s + DAY_S);
    struct ocsp_request request;
    OK(ocsp_request_parse(arena, ocsp_request_build(arena, world->asked, &world->above->certificate, nonce), &request));
    assert_string_equal(request.questions[0].serial, world->asked->serial);
    assert_true(ocsp_question_concerns(&request.questions[0], &world->above->certificate));
    const struct ocsp_answer answer = {.certificate_id = request.questions[0].certificate_id,
                                       .status = world->is_revoked ? OCSP_REVOKED : OCSP_GOOD,
                                       .since_s = now_s - 60,
                                       .reason = world->reason,
                                       .this_update_s = now_s + world->from_s,
                                       .next_update_s = now_s + world->until_s};
    const struct ocsp_response response = {&answer, 1, request.nonce, now_s, &responder};
    struct external_signer signer = memory_key_signer(card);
    struct bytes der;
    OK(ocsp_response_build(arena, &response, &signer, &der));
    return der;
}

static struct bytes validation_of(const struct world *world)
{
    const struct world current = {.from_s = -DAY_S, .until_s = DAY_S};
    struct validation_data data = {.chain = {world->above->certificate, root.certificate}, .chain_count = 2};
    struct bytes der;
    if (world->above == &issuing) data.ocsp = ocsp_of(world, bytes_of_text("bir defalık"));
    else data.crls[data.crl_count++] = crl_of(world->answers, world->is_revoked ? world->asked : NULL, world);
    if (!world->is_root_silent) data.crls[data.crl_count++] = crl_of(&root, NULL, &current);
    OK(validation_data_write(arena, &data, &der));
    return der;
}

/* Kept beside an application's signature, only looked at for the others. */
static enum signature_refusal submitted_for(enum signing_purpose purpose, const struct certificate *signer,
                                            struct bytes validation)
{
    const struct signing_session session = {db, web_key, sha256(arena, bytes_of_text(random_hex(arena, 32))),
                                            (struct actor){ACTOR_NOBODY, 0, "127.0.0.1", "sayfa"}};
    const struct signing_asked wish = {purpose, "subject", AYSE, bytes_of_text(TEXT), "/imza"};
    struct signing_code code, returned;
    struct bytes cms = sign_at(TEXT, signer, clock_now_s()), certificate;
    enum signature_refusal refusal = REFUSED_NOTHING;
    const char *ticket;
    OK(make_signing_code(&session, arena, &wish, &code));
    OK(find_certificate_to_validate(db, keeper, web_key, arena, code.code, cms, &certificate));
    assert_true(bytes_equal(certificate, signer->der));
    enum err error =
        submit_signature(db, keeper, web_key, arena, &program, code.code, cms, validation, &ticket, &refusal);
    assert_int_equal(error, refusal == REFUSED_NOTHING ? ERR_NONE : ERR_WRONG);
    if (error != ERR_NONE) return refusal;
    OK(return_ticket(&session, arena, ticket, &returned));
    assert_true(bytes_equal(returned.validation, purpose == SIGNING_APPLICATION ? validation : (struct bytes){0}));
    return refusal;
}

static enum signature_refusal submitted(const struct certificate *signer, struct bytes validation)
{
    return submitted_for(SIGNING_APPLICATION, signer, validation);
}

static void lists_and_answers(void **state)
{
    (void)state;
    const struct {
        struct world world;
        enum signature_refusal refusal;
    } cases[] = {
        {{&people, &ayse, &people, -60, 60, false, 0, false}, REFUSED_NOTHING},
        {{&people, &ayse, &people, -60, 60, true, 1, false}, REFUSED_REVOKED},
        {{&people, &ayse, &people, -60, 60, true, CRL_REASON_CERTIFICATE_HOLD, false}, REFUSED_SUSPENDED},
        {{&people, &can, &people, -60, 60, true, 1, false}, REFUSED_NOTHING}, /* another serial in the list */
        {{&people, &ayse, &people, -60, -1, false, 0, false}, REFUSED_STATUS}, /* its time is over */
        {{&people, &ayse, &stranger, -60, 60, false, 0, false}, REFUSED_STATUS}, /* the same name, another key */
        {{&people, &ayse, &people, -60, 60, false, 0, true}, REFUSED_STATUS}, /* nothing of the authority itself */
        {{&issuing, &can, &issuing, 0, 3600, false, 0, false}, REFUSED_NOTHING},
        {{&issuing, &can, &issuing, 0, 3600, true, 1, false}, REFUSED_REVOKED},
        {{&issuing, &can, &issuing, 0, 3600, true, CRL_REASON_CERTIFICATE_HOLD, false}, REFUSED_SUSPENDED},
        {{&issuing, &can, &issuing, -SIGNING_CLOCK_S - 5, 3600, false, 0, false}, REFUSED_STATUS}, /* of before */
        {{&issuing, &can, &people, 0, 3600, false, 0, false}, REFUSED_STATUS}, /* another authority's responder */
        {{&issuing, &ayse, &issuing, 0, 3600, false, 0, false}, REFUSED_STATUS}, /* about another certificate */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct certificate *signer = cases[i].world.above == &issuing ? &can : &ayse;
        enum signature_refusal refusal = submitted(signer, validation_of(&cases[i].world));
        if (refusal != cases[i].refusal) fail_msg("case %zu: %d", i, (int)refusal);
    }
}

static void nothing_and_anything(void **state)
{
    (void)state;
    const struct world good = {&people, &ayse, &people, -60, 60, false, 0, false};
    struct bytes validation = validation_of(&good);
    struct validation_data data, again;
    assert_int_equal(submitted(&ayse, (struct bytes){0}), REFUSED_STATUS);
    assert_int_equal(submitted(&ayse, bytes_of_text("değil")), REFUSED_STATUS);
    assert_int_equal(submitted(&ayse, (struct bytes){validation.data, validation.size - 1}), REFUSED_STATUS);
    OK(validation_data_read(arena, validation, &data));
    data.chain_count = 1; /* up to no root */
    OK(validation_data_write(arena, &data, &validation));
    OK(validation_data_read(arena, validation, &again));
    assert_int_equal(again.chain_count, 1);
    assert_int_equal(submitted(&ayse, validation), REFUSED_STATUS);
}

/* Suspension and lock are there against whoever has a stolen card: one that its authority revoked lifts neither. */
static void lifting_and_unlocking(void **state)
{
    (void)state;
    const struct world good = {&people, &ayse, &people, -60, 60, false, 0, false};
    const struct world revoked = {&people, &ayse, &people, -60, 60, true, 1, false};
    const struct world suspended = {&people, &ayse, &people, -60, 60, true, CRL_REASON_CERTIFICATE_HOLD, false};
    const enum signing_purpose purposes[] = {SIGNING_ACTIVATION, SIGNING_UNLOCK};
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        assert_int_equal(submitted_for(purposes[i], &ayse, (struct bytes){0}), REFUSED_STATUS);
        assert_int_equal(submitted_for(purposes[i], &ayse, validation_of(&revoked)), REFUSED_REVOKED);
        assert_int_equal(submitted_for(purposes[i], &ayse, validation_of(&suspended)), REFUSED_SUSPENDED);
        assert_int_equal(submitted_for(purposes[i], &ayse, validation_of(&good)), REFUSED_NOTHING);
    }
}

/* The answer is to the very question: another nonce is another's. */
static void nonces(void **state)
{
    (void)state;
    const struct world world = {&issuing, &can, &issuing, 0, 3600, false, 0, false};
    struct bytes nonce = bytes_of_text("bir defalık"), der = ocsp_of(&world, nonce);
    struct revocation_said said;
    int64_t now_s = clock_now_s();
    OK(ocsp_response_check(arena, der, &can, &issuing.certificate, nonce, now_s, &said));
    assert_int_equal(said.this_update_s, now_s);
    assert_int_equal(ocsp_response_check(arena, der, &can, &issuing.certificate, bytes_of_text("iki"), now_s, &said),
                     ERR_WRONG);
    der = ocsp_error_response(arena, OCSP_TRY_LATER);
    assert_int_equal(ocsp_response_check(arena, der, &can, &issuing.certificate, nonce, now_s, &said), ERR_UNAVAILABLE);
}

static int set_up_both(void **state)
{
    set_up(state);
    ayse = certify_person(&people, AYSE);
    can = certify_person(&issuing, AYSE);
    insert_certificate(insert_application(), 1, &can, "active");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_answers),
        cmocka_unit_test(nothing_and_anything),
        cmocka_unit_test(lifting_and_unlocking),
        cmocka_unit_test(nonces),
    };
    return cmocka_run_group_tests_name("signing-validation", tests, set_up_both, tear_down);
}
