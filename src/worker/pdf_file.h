/*
 * Purpose: the bytes of a PDF 1.7 file (ISO 32000-1): numbered objects in one compressed object stream (7.5.7), streams
 * beside it, a cross-reference stream (7.5.8). One thread at a time.
 */
#ifndef DIVIT_WORKER_PDF_FILE_H
#define DIVIT_WORKER_PDF_FILE_H

#include "base/buffer.h"

struct pdf_file {
    struct buffer bytes; /* the file, whole after pdf_end() */
    struct buffer packed, packed_index; /* the object stream's two parts */
    struct buffer places; /* struct place of each object, by number */
    int packed_count;
};

void pdf_begin(struct pdf_file *file);
void pdf_free(struct pdf_file *file);
int pdf_reserve(struct pdf_file *file); /* the number of an object to be written later */
/* Where to write the object's text; good until the next call. */
struct buffer *pdf_object(struct pdf_file *file, int number);
/* `dictionary`: its entries but Length and Filter. `deflated`: what pdf_deflate() gave. */
void pdf_stream(struct pdf_file *file, int number, const char *dictionary, struct bytes deflated);
void pdf_end(struct pdf_file *file, int catalog, int information);

/* Adds `source` in zlib's format (RFC 1950). */
void pdf_deflate(struct buffer *target, struct bytes source);
/* A glyph's code in a string: four hexadecimal digits, in place. */
uint32_t pdf_read_code(const char *digits);
void pdf_put_code(char *digits, uint32_t code);
/* A number with at most two digits after the point, and a space: hundredths of a point are finer than any printer. */
void pdf_number(struct buffer *target, double number);
/* A text string (7.9.2.2): UTF-16BE in hexadecimal, so that nothing in it needs escaping. */
void pdf_text_string(struct buffer *target, const char *text, size_t size);

#endif
