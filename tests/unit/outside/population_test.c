#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "outside/population.h"

#include <string.h>

#define HEAD_11                                                                                                        \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "                                                        \
    "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
#define HEAD_12 "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Header/><e:Body>"
#define RESULT(value)                                                                                                  \
    "<TCKimlikNoDogrulaResponse xmlns=\"http://tckimlik.nvi.gov.tr/WS\"><TCKimlikNoDogrulaResult>" value               \
    "</TCKimlikNoDogrulaResult></TCKimlikNoDogrulaResponse>"
#define TAIL_11 "</soap:Body></soap:Envelope>"
#define BOMB "<!DOCTYPE b [<!ENTITY a \"true\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"

struct answer_case {
    const char *name;
    int status;
    const char *media_type;
    const char *body;
    bool foreigner;
    enum question_answer expected;
};

static const struct answer_case answers[] = {
    {"yes, SOAP 1.1", 200, "text/xml; charset=utf-8", HEAD_11 RESULT("true") TAIL_11, false, QUESTION_YES},
    {"no, SOAP 1.1", 200, "text/xml", HEAD_11 RESULT("false") TAIL_11, false, QUESTION_NO},
    {"yes, SOAP 1.2", 200, "application/soap+xml; charset=utf-8", HEAD_12 RESULT(" 1 ") "</e:Body></e:Envelope>", false,
     QUESTION_YES},
    {"no as a digit", 200, "text/xml", HEAD_11 RESULT("0") TAIL_11, false, QUESTION_NO},
    {"a foreigner's answer", 200, "text/xml",
     HEAD_11 "<YabanciKimlikNoDogrulaResponse "
             "xmlns=\"http://tckimlik.nvi.gov.tr/WS\"><YabanciKimlikNoDogrulaResult>true</YabanciKimlikNoDogrulaResult>"
             "</YabanciKimlikNoDogrulaResponse>" TAIL_11,
     true, QUESTION_YES_BY_DATE},
    {"the other service's answer", 200, "text/xml", HEAD_11 RESULT("true") TAIL_11, true, QUESTION_UNAVAILABLE},
    {"a word that is no boolean", 200, "text/xml", HEAD_11 RESULT("TRUE") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"two words", 200, "text/xml", HEAD_11 RESULT("true false") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"an empty result", 200, "text/xml", HEAD_11 RESULT("") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"two results", 200, "text/xml",
     HEAD_11 RESULT("true</TCKimlikNoDogrulaResult><TCKimlikNoDogrulaResult>false") TAIL_11, false,
     QUESTION_UNAVAILABLE},
    {"an element in the result", 200, "text/xml", HEAD_11 RESULT("<b>true</b>") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"two responses", 200, "text/xml", HEAD_11 RESULT("true") RESULT("false") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"no namespace", 200, "text/xml",
     HEAD_11 "<TCKimlikNoDogrulaResponse><TCKimlikNoDogrulaResult>true"
             "</TCKimlikNoDogrulaResult></TCKimlikNoDogrulaResponse>" TAIL_11,
     false, QUESTION_UNAVAILABLE},
    {"a fault", 200, "text/xml", HEAD_11 "<soap:Fault><faultcode>soap:Client</faultcode></soap:Fault>" TAIL_11, false,
     QUESTION_UNAVAILABLE},
    {"a fault with status 500", 500, "text/xml", HEAD_11 RESULT("true") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"a redirect", 302, "text/xml", HEAD_11 RESULT("true") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"not said to be XML", 200, "text/html", HEAD_11 RESULT("true") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"a longer media type", 200, "text/xmlish", HEAD_11 RESULT("true") TAIL_11, false, QUESTION_UNAVAILABLE},
    {"a page", 200, "text/xml", "<html><body>true</body></html>", false, QUESTION_UNAVAILABLE},
    {"garbage", 200, "text/xml", "\x01\xFF\xFE true", false, QUESTION_UNAVAILABLE},
    {"nothing", 200, "text/xml", "", false, QUESTION_UNAVAILABLE},
    {"cut after the result", 200, "text/xml", HEAD_11 RESULT("true"), false, QUESTION_UNAVAILABLE},
    {"cut inside the result", 200, "text/xml",
     HEAD_11 "<TCKimlikNoDogrulaResponse "
             "xmlns=\"http://tckimlik.nvi.gov.tr/WS\"><TCKimlikNoDogrulaResult>tru",
     false, QUESTION_UNAVAILABLE},
    {"text after the end", 200, "text/xml", HEAD_11 RESULT("true") TAIL_11 "<more/>", false, QUESTION_UNAVAILABLE},
    {"a document type", 200, "text/xml", "<!DOCTYPE e>" HEAD_12 RESULT("true") "</e:Body></e:Envelope>", false,
     QUESTION_UNAVAILABLE},
    {"entities", 200, "text/xml", BOMB HEAD_12 RESULT("&a;") "</e:Body></e:Envelope>", false, QUESTION_UNAVAILABLE},
    {"an entity bomb", 200, "text/xml", BOMB HEAD_12 RESULT("&b;") "</e:Body></e:Envelope>", false,
     QUESTION_UNAVAILABLE},
    {"an outside entity", 200, "text/xml",
     "<!DOCTYPE b [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>" HEAD_12 RESULT("&x;") "</e:Body></e:Envelope>", false,
     QUESTION_UNAVAILABLE},
};

static void test_answers(void **state)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const struct answer_case *test = &answers[i];
        enum question_answer answer =
            population_answer(test->status, test->media_type, bytes_of_text(test->body), test->foreigner);
        if (answer != test->expected) fail_msg("%s: %d instead of %d", test->name, answer, test->expected);
    }
}

/* Every beginning of a good answer is no answer. */
static void test_truncated(void **state)
{
    static const char whole[] = HEAD_11 RESULT("true") TAIL_11;
    for (size_t size = 0; size < strlen(whole); size++) {
        struct bytes part = {(const uint8_t *)whole, size};
        assert_int_equal(population_answer(200, "text/xml", part, false), QUESTION_UNAVAILABLE);
    }
    assert_int_equal(population_answer(200, "text/xml", bytes_of_text(whole), false), QUESTION_YES);
}

/* A bomb that would grow to 10^9 letters is refused without growing, and an answer over 64 KB unread. */
static void test_too_large(void **state)
{
    struct buffer xml CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_text(&xml, "<!DOCTYPE b [<!ENTITY a0 \"aaaaaaaaaa\">");
    for (int i = 1; i < 9; i++) {
        buffer_printf(&xml, "<!ENTITY a%d \"", i);
        for (int j = 0; j < 10; j++) buffer_printf(&xml, "&a%d;", i - 1);
        buffer_text(&xml, "\">");
    }
    buffer_text(&xml, "]><b>&a8;</b>");
    assert_int_equal(population_answer(200, "text/xml", buffer_bytes(&xml), false), QUESTION_UNAVAILABLE);

    struct buffer large CLEANUP_BUFFER = BUFFER_EMPTY;
    buffer_text(&large, HEAD_11 RESULT("true") TAIL_11);
    while (large.size <= 65536) buffer_char(&large, '\n');
    assert_int_equal(population_answer(200, "text/xml", buffer_bytes(&large), false), QUESTION_UNAVAILABLE);
}

static void test_request(void **state)
{
    struct arena *arena CLEANUP_ARENA = arena_new();
    struct population_settings settings = {.url = "http://localhost/", .soap_version = 11};
    struct question_person person = {"10000000146", " ışıl  iNci ", "Öz<&>", 1980, 2, 29};
    const char *xml = population_request(arena, &settings, &person);
    assert_non_null(strstr(xml, "<TCKimlikNoDogrula xmlns=\"http://tckimlik.nvi.gov.tr/WS\"><TCKimlikNo>10000000146"
                                "</TCKimlikNo><Ad>IŞIL İNCİ</Ad><Soyad>ÖZ&lt;&amp;&gt;</Soyad>"
                                "<DogumYili>1980</DogumYili></TCKimlikNoDogrula>"));
    assert_non_null(strstr(xml, "\"http://schemas.xmlsoap.org/soap/envelope/\""));

    person.identity_number = "99000000146";
    settings.soap_version = 12;
    xml = population_request(arena, &settings, &person);
    assert_non_null(strstr(xml, "<KimlikNo>99000000146</KimlikNo>"));
    assert_non_null(strstr(xml, "<DogumGun>29</DogumGun><DogumAy>2</DogumAy><DogumYil>1980</DogumYil>"
                                "</YabanciKimlikNoDogrula>"));
    assert_non_null(strstr(xml, "\"http://www.w3.org/2003/05/soap-envelope\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_truncated),
                                       cmocka_unit_test(test_too_large), cmocka_unit_test(test_request)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
