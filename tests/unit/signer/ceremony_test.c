#include "fixture_signer.h"

#include "pki/lint.h"

#include <stdio.h>

/* Runs a command of another maker's tool; its output in ret_output. */
static int run(const char *command, const char **ret_output)
{
    static char output[65536];
    FILE *pipe = popen(arena_printf(arena, "cd %s && (%s) 2>&1", folder, command), "r");
    assert_non_null(pipe);
    size_t size = fread(output, 1, sizeof output - 1, pipe);
    output[size] = '\0';
    *ret_output = arena_text(arena, output);
    return pclose(pipe);
}

static void succeeds(const char *command)
{
    const char *output;
    if (run(command, &output) != 0) fail_msg("%s: %s", command, output);
}

static void prints(const char *command, const char *wanted)
{
    const char *output;
    int code = run(command, &output);
    if (code != 0 || strstr(output, wanted) == NULL) fail_msg("%s: no %s in: %s", command, wanted, output);
}

static void put(const char *name, struct bytes content)
{
    OK(file_write(installation_path(arena, &installation, "%s", name), content, 0600));
}

static void makes_authorities(void **state)
{
    struct certificate root, issuing;
    OK(certificate_parse(arena, made.root_certificate, &root));
    OK(certificate_parse(arena, made.issuing_certificate, &issuing));
    OK(certificate_check_issuer(&root, &root));
    OK(certificate_check_issuer(&issuing, &root));
    assert_non_null(strstr(issuing.subject_text, "(TEST)"));
    succeeds("openssl x509 -inform DER -in signer/root.cer -out root.pem");
    succeeds("openssl x509 -inform DER -in signer/issuing.cer -out issuing.pem");
    succeeds("openssl verify -x509_strict -CAfile root.pem issuing.pem");
    succeeds("certtool --verify --load-ca-certificate root.pem --infile issuing.pem");
    prints("openssl x509 -in issuing.pem -noout -text", "Signature Algorithm: ecdsa-with-SHA384");
    prints("openssl x509 -in issuing.pem -noout -text", "NIST CURVE: P-384");
    prints("openssl x509 -in issuing.pem -noout -text", "CA:TRUE, pathlen:0");
}

static void signs_the_list_of_addresses(void **state)
{
    succeeds("openssl x509 -inform DER -in eimza/root.cer -noout -pubkey > root.pub");
    prints("openssl dgst -sha384 -verify root.pub -signature eimza/hosts.sig eimza/hosts.txt", "Verified OK");
    prints("cat eimza/hosts.txt", "\nSunucu: http");
    succeeds("cmp eimza/root.cer signer/root.cer");
}

static void is_held_once(void **state)
{
    const struct ceremony ceremony = {.institutions = institutions, .institutions_count = 3};
    struct ceremony_result result;
    assert_int_equal(ceremony_hold(arena, &installation, &ceremony, &result), ERR_EXISTS);
}

static void needs_two_persons(void **state)
{
    const struct ceremony ceremony = {.institutions = institutions, .institutions_count = 3, .present = {"Ayşe", NULL}};
    struct installation other = installation;
    struct ceremony_result result;
    other.state = "/tmp/divit-signer-nowhere";
    other.is_demo = false;
    assert_int_equal(ceremony_hold(arena, &other, &ceremony, &result), ERR_INVALID);
    assert_false(file_exists("/tmp/divit-signer-nowhere"));
}

static void writes_the_registry(void **state)
{
    struct opened opened;
    open_authority(&opened);
    const struct registry *registry = &opened.authority.registry;
    assert_int_equal(registry->persons_count, PEOPLE_COUNT);
    assert_string_equal(registry->persons[0].identity_number, "10000000146");
    assert_int_equal(registry_count_persons(registry, REGISTRY_ADMINISTRATOR), 2);
    assert_int_equal(registry->rules_count, registry_shipped_rules_count);
    assert_int_equal(registry->authorities_count, 2);
    assert_true(bytes_equal(registry->authorities[0], made.issuing_certificate));
    assert_true(bytes_equal(opened.authority.registry_text, made.registry));
    assert_true(registry_is_within(registry, "3401", "34"));
    assert_true(registry_is_within(registry, "34", "34"));
    assert_false(registry_is_within(registry, "34", "3401"));
    assert_false(registry_is_within(registry, "3401", "06"));
    assert_false(registry_is_within(registry, "99", "99"));
    close_authority(&opened);
}

static void officers_sign(void **state)
{
    struct cades cades;
    struct bytes text = bytes_of_text("divit decision 1\nçğıöşü\n"), cms = sign_as("ayse", text, now_s);
    OK(cades_verify(arena, cms, &cades));
    assert_string_equal(cades.certificate.subject_common_name, "AYŞE IŞIK (TEST)");
    put("text", text);
    put("text.p7m", cms);
    succeeds("openssl x509 -inform DER -in people/ca.cer -out people.pem && cat people.pem root.pem > chain.pem");
    succeeds("openssl cms -verify -cades -binary -inform DER -in text.p7m -CAfile chain.pem -purpose any -out out && "
             "cmp out text");
    succeeds("openssl cms -cmsout -inform DER -in text.p7m -outform PEM | sed s/CMS/PKCS7/ > text.pem && "
             "certtool --p7-verify --load-ca-certificate chain.pem --infile text.pem");
    prints("openssl cms -cmsout -print -inform DER -in text.p7m", "id-smime-aa-signingCertificateV2");
    assert_int_equal(strlen(hex_encode(arena, sha256(arena, cms))), 64);
}

static void lists_status(void **state)
{
    struct opened opened;
    struct bytes crl;
    int64_t number, again, next_s;
    open_authority(&opened);
    OK(authority_crl(&opened.authority, arena, now_s, &crl, &number, &next_s));
    OK(authority_crl(&opened.authority, arena, now_s, &crl, &again, &next_s));
    assert_int_equal(again, number + 1);
    assert_int_equal(next_s, now_s + 86400);
    put("list.crl", crl);
    succeeds("openssl crl -inform DER -in list.crl -CAfile issuing.pem -noout");
    prints("openssl crl -inform DER -in list.crl -noout -text", "X509v3 CRL Number");
    succeeds("certtool --verify-crl --load-ca-certificate signer/issuing.cer --inder --infile list.crl");
    close_authority(&opened);
}

static void certifies_the_responder(void **state)
{
    struct opened opened;
    struct memory_key *key, *other;
    struct bytes request, der;
    struct certificate certificate;
    OK(memory_key_new(&key));
    OK(memory_key_new(&other));
    struct external_signer signer = memory_key_signer(key);
    const struct name subject = {.common_name = "responder"};
    OK(request_build(arena, &subject, memory_key_public(key), &signer, &request));
    open_authority(&opened);
    OK(authority_certify_ocsp(&opened.authority, arena, request, now_s, &der));
    OK(certificate_parse(arena, der, &certificate));
    OK(certificate_check_issuer(&certificate, &opened.authority.certificate));
    assert_true(certificate.is_ocsp_signer);
    assert_int_equal(certificate.not_after_s, now_s + 86400);
    assert_int_equal(certificate.key_usage, KEY_USAGE_DIGITAL_SIGNATURE);
    put("ocsp.cer", der);
    succeeds("openssl x509 -inform DER -in ocsp.cer -out ocsp.pem");
    prints("openssl x509 -in ocsp.pem -noout -text", "OCSP No Check");
    succeeds("openssl verify -x509_strict -purpose ocsphelper -CAfile root.pem -untrusted issuing.pem ocsp.pem");
    assert_int_equal(authority_certify_ocsp(&opened.authority, arena, bytes_of_text("x"), now_s, &der), ERR_INVALID);
    close_authority(&opened);
    memory_key_free(key);
    memory_key_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_authorities),   cmocka_unit_test(signs_the_list_of_addresses),
        cmocka_unit_test(is_held_once),        cmocka_unit_test(needs_two_persons),
        cmocka_unit_test(writes_the_registry), cmocka_unit_test(officers_sign),
        cmocka_unit_test(lists_status),        cmocka_unit_test(certifies_the_responder)};
    return cmocka_run_group_tests_name("signer-ceremony", tests, hold_ceremony, remove_folder);
}
