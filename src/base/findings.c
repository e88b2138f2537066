#include "base/findings.h"

#include <stdarg.h>
#include <stdio.h>

void findings_add(struct findings *findings, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (findings->count < FINDINGS_KEPT) findings->texts[findings->count] = arena_text(findings->arena, text);
    findings->count++;
}
