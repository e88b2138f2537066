/*
 * What a form's PDF costs (spec 09: at most 2 ms of a core and 25 KB), beside deflating 256 KB of text: pairs of runs one
 * after the other, the median of each, in this process's CPU time.
 */
#include "base/secret.h"
#include "worker/fixture_form.h"
#include "worker/form_paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define PAIRS 15
#define RUNS 40 /* of each in a pair */
#define REFERENCE_SIZE 262144

/* Each form has other fields, so that none can be kept. */
static struct application application_of(struct arena *arena, int number)
{
    struct application application = fixture_application();
    struct application_form *form = &application.form;
    application.barcode = arena_printf(arena, "%015x", (unsigned)number * 2654435761u);
    application.confirmed_s += number;
    form->unit = arena_printf(arena, "Acil Servis %d", number);
    form->address = arena_printf(arena, "Çiğdem Mah. Gülüşan Cad. No: %d", number);
    form->email = arena_printf(arena, "isil.%d@example.gov.tr", number);
    form->staff_number = arena_printf(arena, "A-%06d", number);
    form->surname = arena_printf(arena, "ÇAĞLAYAN %c%c", 'A' + number % 26, 'A' + number / 26 % 26);
    application.person.details.surname = form->surname;
    return application;
}

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void write_form(int number, size_t *ret_size)
{
    struct arena *arena = arena_new();
    struct application application = application_of(arena, number);
    struct accepted_texts texts = fixture_texts();
    struct form_paper paper = {&application, &fixture_institution, &fixture_desk, &texts, false};
    struct bytes pdf;
    if (form_paper_write(arena, &paper, &pdf) != ERR_NONE) exit(EXIT_FAILURE);
    *ret_size = pdf.size;
    arena_free(arena);
}

static void deflate_reference(void)
{
    static uint8_t text[REFERENCE_SIZE], packed[REFERENCE_SIZE * 2];
    const char *undertaking = shipped_legal_text(LEGAL_UNDERTAKING)->text;
    for (size_t at = 0, size = strlen(undertaking); text[sizeof text - 1] == 0; at += size) {
        size_t left = sizeof text - at;
        memcpy(text + at, undertaking, left < size ? left : size);
        if (left < size) break;
    }
    uLongf packed_size = sizeof packed;
    if (compress(packed, &packed_size, text, sizeof text) != Z_OK) exit(EXIT_FAILURE);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* `form-pdf-bench N`: N forms and no figures, for counting instructions: (I(2N) - I(N)) / N. */
int main(int count, char **arguments)
{
    if (secret_init() != ERR_NONE) return EXIT_FAILURE;
    size_t size = 0;
    int number = 0;
    if (count > 1) {
        while (number < atoi(arguments[1])) write_form(number++, &size);
        return EXIT_SUCCESS;
    }
    double form_ms[PAIRS], reference_ms[PAIRS], start = cpu_ms();
    write_form(number++, &size);
    double first_ms = cpu_ms() - start;
    for (int pair = 0; pair < PAIRS; pair++) {
        start = cpu_ms();
        for (int i = 0; i < RUNS; i++) write_form(number++, &size);
        double middle = cpu_ms();
        for (int i = 0; i < RUNS; i++) deflate_reference();
        form_ms[pair] = (middle - start) / RUNS;
        reference_ms[pair] = (cpu_ms() - middle) / RUNS;
    }
    qsort(form_ms, PAIRS, sizeof *form_ms, compare);
    qsort(reference_ms, PAIRS, sizeof *reference_ms, compare);
    double form = form_ms[PAIRS / 2], reference = reference_ms[PAIRS / 2];
    printf("form PDF              %8.3f ms of a core, %zu bytes; the first of a process %.1f ms\n", form, size,
           first_ms);
    printf("  deflate of 256 KB   %8.3f ms of a core; form PDF / this: %.2f\n", reference, form / reference);
    return EXIT_SUCCESS;
}
