/*
 * The picture's letters and digits to be heard: each said at its own speed and loudness, with pauses between them, over
 * a murmur of other clips run backwards and over hiss, so that it takes an ear. WAV, PCM of one octet a sample.
 */
#include "web/challenge.h"

#include "base/buffer.h"
#include "web/challenge_internal.h"

#include <string.h>

#define SPEED_LOW 0.88
#define SPEED_HIGH 1.12
#define PAUSE_LOW_S 0.35
#define PAUSE_HIGH_S 0.75
#define MURMUR 0.18 /* of full loudness */
#define HISS 6 /* of 127 */
#define HEADER_SIZE 44

static const struct challenge_clip *find_clip(enum language language, char symbol)
{
    const struct challenge_clip *clip = challenge_clips;
    while (clip->symbol != 0 && (clip->language != language || clip->symbol != symbol)) clip++;
    return clip->symbol == 0 ? NULL : clip;
}

struct mix {
    float *samples;
    size_t count;
};

/* Adds a clip at a place; what would pass the end is left out. */
static void add_clip(struct mix *mix, const struct challenge_clip *clip, size_t at, double speed, double loudness,
                     bool is_backwards)
{
    size_t count = (size_t)((double)clip->count / speed);
    for (size_t i = 0; i < count && at + i < mix->count; i++) {
        size_t from = (size_t)((double)i * speed);
        if (from >= clip->count) break;
        mix->samples[at + i] += (float)(loudness * clip->samples[is_backwards ? clip->count - 1 - from : from]);
    }
}

/* Of the same voice, one after another from the beginning to the end. */
static void add_murmur(struct mix *mix, struct dice *dice, enum language language)
{
    const struct challenge_clip *first = challenge_clips;
    size_t count = 0;
    while (first->language != language) first++;
    while (first[count].symbol != 0 && first[count].language == language) count++;
    for (size_t at = 0; at < mix->count;) {
        const struct challenge_clip *clip = &first[(size_t)roll_between(dice, 0, (double)count - 0.01)];
        add_clip(mix, clip, at, roll_between(dice, 0.8, 1.2), MURMUR, true);
        at += clip->count / 2;
    }
}

/* xorshift32: noise need not be good, only cheap and the same again. */
static void add_hiss(struct mix *mix, struct dice *dice)
{
    uint32_t state = (uint32_t)roll_between(dice, 1, 1e9);
    for (size_t i = 0; i < mix->count; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        mix->samples[i] += (float)((int)(state % (2 * HISS + 1)) - HISS);
    }
}

static void put_le(struct buffer *wav, uint32_t number, int octets)
{
    for (int i = 0; i < octets; i++) buffer_char(wav, (char)(number >> (8 * i) & 0xff));
}

/* RIFF WAVE, format 1 (PCM), one channel, eight bits. */
static void put_header(struct buffer *wav, uint32_t count)
{
    buffer_text(wav, "RIFF");
    put_le(wav, HEADER_SIZE - 8 + count, 4);
    buffer_text(wav, "WAVEfmt ");
    put_le(wav, 16, 4);
    put_le(wav, 1, 2);
    put_le(wav, 1, 2);
    put_le(wav, CHALLENGE_CLIP_RATE, 4);
    put_le(wav, CHALLENGE_CLIP_RATE, 4);
    put_le(wav, 1, 2);
    put_le(wav, 8, 2);
    buffer_text(wav, "data");
    put_le(wav, count, 4);
}

static struct bytes write_wav(struct arena *arena, const struct mix *mix)
{
    CLEANUP_BUFFER struct buffer wav = BUFFER_EMPTY;
    put_header(&wav, (uint32_t)mix->count);
    for (size_t i = 0; i < mix->count; i++) {
        float sample = mix->samples[i] + 128;
        buffer_char(&wav, (char)(uint8_t)(sample < 0 ? 0 : sample > 255 ? 255 : sample));
    }
    return bytes_copy(arena, buffer_bytes(&wav));
}

struct spoken {
    const struct challenge_clip *clip;
    size_t at;
    double speed, loudness;
};

/* Where each stands; returns how long all of it is. */
static size_t lay_out(struct dice *dice, const char *text, enum language language, struct spoken *spoken)
{
    size_t at = 0, length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        at += (size_t)(roll_between(dice, PAUSE_LOW_S, PAUSE_HIGH_S) * CHALLENGE_CLIP_RATE);
        spoken[i] = (struct spoken){find_clip(language, text[i]), at, roll_between(dice, SPEED_LOW, SPEED_HIGH),
                                    roll_between(dice, 0.6, 0.85)};
        if (spoken[i].clip != NULL) at += (size_t)((double)spoken[i].clip->count / spoken[i].speed);
    }
    return at + (size_t)(PAUSE_HIGH_S * CHALLENGE_CLIP_RATE);
}

struct bytes challenge_speak(struct arena *arena, const char *text, enum language language, struct bytes seed)
{
    struct dice dice = dice_of(arena, seed);
    size_t length = strlen(text);
    struct spoken *spoken = NEW_ARRAY(arena, struct spoken, length + 1);
    struct mix mix = {.count = lay_out(&dice, text, language, spoken)};
    mix.samples = NEW_ARRAY(arena, float, mix.count);
    add_murmur(&mix, &dice, language);
    add_hiss(&mix, &dice);
    for (size_t i = 0; i < length; i++) {
        if (spoken[i].clip != NULL)
            add_clip(&mix, spoken[i].clip, spoken[i].at, spoken[i].speed, spoken[i].loudness, false);
    }
    return write_wav(arena, &mix);
}
