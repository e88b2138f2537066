#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "outside/kps.h"

#include <string.h>

#define NUMBER "10000000146"
#define HEAD "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>"
#define TAIL "</s:Body></s:Envelope>"
#define RESULT(error, records)                                                                                         \
    HEAD "<SorgulaResponse xmlns=\"http://kps.nvi.gov.tr/2025/08/01\"><SorgulaResult "                                 \
         "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">" error "<SorguSonucu>" records                        \
         "</SorguSonucu></SorgulaResult></SorgulaResponse>" TAIL
#define RECORD(content) RESULT("<HataBilgisi i:nil=\"true\"/>", "<Bilgi>" content "</Bilgi>")
#define STATE(name, code)                                                                                              \
    "<" name "><KisiBilgisi><DurumBilgisi><Durum><Kod>" code "</Kod></Durum></DurumBilgisi></KisiBilgisi></" name ">"
#define OWN "<KimlikNo>" NUMBER "</KimlikNo>"
#define NONE(name) "<" name " i:nil=\"1\"/>"
#define CITIZEN "TCVatandasiKisiKutukleri"
#define FOREIGNER "YabanciKisiKutukleri"

static const struct {
    const char *name, *body;
    enum question_answer expected;
} answers[] = {
    {"a living citizen", RECORD(OWN STATE(CITIZEN, "1")), QUESTION_YES_BY_DATE},
    {"a living foreigner", RECORD(OWN "<" CITIZEN " i:nil=\"true\"/>" STATE(FOREIGNER, "1")), QUESTION_YES_BY_DATE},
    {"beside an empty citizen", RECORD(OWN "<" CITIZEN "><KisiBilgisi/></" CITIZEN ">" STATE(FOREIGNER, "1")),
     QUESTION_YES_BY_DATE},
    {"a dead citizen", RECORD(STATE(CITIZEN, "3")), QUESTION_NO},
    {"no such person", RECORD("<HataBilgisi><Kod>2</Kod></HataBilgisi><" CITIZEN " i:nil=\"true\"/>"), QUESTION_NO},
    {"in no register", RECORD(NONE(CITIZEN) NONE("MaviKartliKisiKutukleri") NONE(FOREIGNER)), QUESTION_NO},
    {"in two registers of three, not", RECORD(NONE(CITIZEN) NONE(FOREIGNER)), QUESTION_UNAVAILABLE},
    {"too many questions today", RECORD("<HataBilgisi><Kod>9</Kod></HataBilgisi>" NONE(CITIZEN)), QUESTION_UNAVAILABLE},
    {"whose number is not said", RECORD(STATE(CITIZEN, "1")), QUESTION_UNAVAILABLE},
    {"another person", RECORD("<KimlikNo>10000000078</KimlikNo>" STATE(CITIZEN, "1")), QUESTION_UNAVAILABLE},
    {"no state", RECORD("<" CITIZEN "><KisiBilgisi/></" CITIZEN ">"), QUESTION_UNAVAILABLE},
    {"an empty state", RECORD(STATE(CITIZEN, "")), QUESTION_UNAVAILABLE},
    {"nothing that is known", RECORD("<Yeni/>"), QUESTION_UNAVAILABLE},
    {"two records", RESULT("", "<Bilgi>" STATE(CITIZEN, "1") "</Bilgi><Bilgi>" STATE(CITIZEN, "1") "</Bilgi>"),
     QUESTION_UNAVAILABLE},
    {"no record", RESULT("", ""), QUESTION_UNAVAILABLE},
    {"an error of the service",
     RESULT("<HataBilgisi><Kod>9</Kod></HataBilgisi>", "<Bilgi>" STATE(CITIZEN, "1") "</Bilgi>"), QUESTION_UNAVAILABLE},
    {"a fault", HEAD "<s:Fault/>" TAIL, QUESTION_UNAVAILABLE},
    {"no envelope", STATE(CITIZEN, "1"), QUESTION_UNAVAILABLE},
    {"a document type", "<!DOCTYPE s [<!ENTITY a \"1\">]>" RECORD(STATE(CITIZEN, "1")), QUESTION_UNAVAILABLE},
    {"nothing", "", QUESTION_UNAVAILABLE},
};

static struct arena *arena;

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(arena);
    return 0;
}

static void yes_and_no_are_said_clearly(void **state)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        enum question_answer answer = kps_answer(arena, bytes_of_text(answers[i].body), NUMBER);
        if (answer != answers[i].expected) fail_msg("%s: %d", answers[i].name, answer);
    }
    /* the whole of one, cut anywhere */
    for (size_t size = 0; size < strlen(answers[0].body); size++) {
        struct bytes part = {(const uint8_t *)answers[0].body, size};
        assert_int_equal(kps_answer(arena, part, NUMBER), QUESTION_UNAVAILABLE);
    }
}

#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define TOKEN(expires, token, key, id)                                                                                 \
    HEAD "<t:RequestSecurityTokenResponseCollection xmlns:t=\"" TRUST                                                  \
         "\"><t:RequestSecurityTokenResponse><t:Lifetime>"                                                             \
         "<Expires>" expires "</Expires></t:Lifetime><t:RequestedSecurityToken>" token "</t:RequestedSecurityToken>"   \
         "<t:RequestedProofToken><t:BinarySecret>" key "</t:BinarySecret></t:RequestedProofToken>"                     \
         "<t:RequestedAttachedReference><SecurityTokenReference><KeyIdentifier> " id                                   \
         " </KeyIdentifier></SecurityTokenReference></t:RequestedAttachedReference></t:RequestSecurityTokenResponse>"  \
         "</t:RequestSecurityTokenResponseCollection>" TAIL
#define KEY "AAECAwQFBgcICQoLDA0ODw=="
#define NOW 1800000000

static void a_token_is_whole_or_none(void **state)
{
    struct kps_token token;
    static const char *const broken[] = {
        TOKEN("", "", KEY, "_1"),
        TOKEN("", "<a/><b/>", KEY, "_1"),
        TOKEN("", "<a/>", "AAEC", "_1"),
        TOKEN("", "<a/>", "no base64", "_1"),
        HEAD TAIL,
        "",
    };
    const char *good = TOKEN("2027-01-15T09:00:00.125Z", "<t:a/>", KEY, "_1");
    assert_int_equal(kps_token_read(arena, bytes_of_text(good), NOW, &token), ERR_NONE);
    assert_string_equal(token.xml, "<t:a xmlns:t=\"" TRUST "\"/>");
    assert_string_equal(token.assertion_id, "_1");
    assert_int_equal(token.key.size, 16);
    assert_int_equal(token.until_s, NOW + 3600);
    const char *endless = TOKEN("tomorrow, about noon", "<a/>", KEY, "_1");
    assert_int_equal(kps_token_read(arena, bytes_of_text(endless), NOW, &token), ERR_NONE);
    assert_int_equal(token.until_s, NOW); /* serves this once */
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(kps_token_read(arena, bytes_of_text(broken[i]), NOW, &token), ERR_UNAVAILABLE);
}

static void what_is_typed_stays_text(void **state)
{
    const struct population_settings settings = {
        .url = "http://localhost/r?a&b", .token_url = "http://localhost/t", .username = "<u>", .password = "a&b\"</x>"};
    const struct kps_token token = {"<a/>", "<id>", bytes_of_text("0123456789abcdef"), NOW};
    const struct question_person person = {NUMBER, "ışıl", "<b>", 1980, 2, 1};
    const char *request = kps_token_request(arena, &settings, NOW), *question;
    assert_non_null(strstr(request, ">&lt;u&gt;<"));
    assert_non_null(strstr(request, ">a&amp;b&quot;&lt;/x&gt;<"));
    assert_int_equal(kps_question(arena, &settings, &token, &person, NOW, &question), ERR_NONE);
    assert_non_null(
        strstr(question, "<Ad>IŞIL</Ad><DogumAy>2</DogumAy><DogumGun>1</DogumGun><DogumYil>1980</DogumYil>"));
    assert_non_null(strstr(question, "<Soyad>&lt;B&gt;</Soyad>"));
    assert_null(strstr(question, "<d:SignatureValue/>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yes_and_no_are_said_clearly),
        cmocka_unit_test(a_token_is_whole_or_none),
        cmocka_unit_test(what_is_typed_stays_text),
    };
    return cmocka_run_group_tests_name("outside kps", tests, begin, end);
}
