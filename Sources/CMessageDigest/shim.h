// The processor's own SHA instructions, which Swift cannot name, as static inline functions; and a wipe that is not optimised away.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Overwrites memory; the barrier tells the compiler that somebody still looks at it.
static inline void md_wipe(void *_Nonnull memory, size_t count) {
    volatile uint8_t *bytes = (volatile uint8_t *)memory;
    for (size_t index = 0; index < count; index++) bytes[index] = 0;
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// SHA, SSE4.1 and SSSE3: CPUID leaf 7 EBX bit 29, leaf 1 ECX bits 19 and 9.
static inline bool md_has_sha_instructions(void) {
    unsigned int a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 19)) || !(c & (1u << 9))) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
}

#define MD_TARGET __attribute__((target("sha,sse4.1,ssse3")))

// Four rounds of SHA-1 and the schedule of the four that follow three groups later. i is the group, 0 to 19.
#define MD_SHA1_GROUP(i, current, other)                                        \
    current = _mm_sha1nexte_epu32(current, m[(i) & 3]);                         \
    other = abcd;                                                               \
    m[((i) + 1) & 3] = _mm_sha1msg2_epu32(m[((i) + 1) & 3], m[(i) & 3]);        \
    abcd = _mm_sha1rnds4_epu32(abcd, current, (i) / 5);                         \
    m[((i) + 3) & 3] = _mm_sha1msg1_epu32(m[((i) + 3) & 3], m[(i) & 3]);        \
    m[((i) + 2) & 3] = _mm_xor_si128(m[((i) + 2) & 3], m[(i) & 3]);

MD_TARGET static inline void md_sha1_blocks(uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {
    const __m128i order = _mm_set_epi64x(0x0001020304050607LL, 0x08090a0b0c0d0e0fLL);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0x1B);
    __m128i e0 = _mm_set_epi32((int)state[4], 0, 0, 0);
    for (; blocks > 0; blocks--, data += 64) {
        const __m128i saved_abcd = abcd, saved_e = e0;
        __m128i e1, m[4];
        for (int i = 0; i < 4; i++) {
            m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), order);
        }
        e0 = _mm_add_epi32(e0, m[0]);
        e1 = abcd;
        abcd = _mm_sha1rnds4_epu32(abcd, e0, 0);

        e1 = _mm_sha1nexte_epu32(e1, m[1]);
        e0 = abcd;
        abcd = _mm_sha1rnds4_epu32(abcd, e1, 0);
        m[0] = _mm_sha1msg1_epu32(m[0], m[1]);

        e0 = _mm_sha1nexte_epu32(e0, m[2]);
        e1 = abcd;
        abcd = _mm_sha1rnds4_epu32(abcd, e0, 0);
        m[1] = _mm_sha1msg1_epu32(m[1], m[2]);
        m[0] = _mm_xor_si128(m[0], m[2]);

        MD_SHA1_GROUP(3, e1, e0)
        MD_SHA1_GROUP(4, e0, e1)
        MD_SHA1_GROUP(5, e1, e0)
        MD_SHA1_GROUP(6, e0, e1)
        MD_SHA1_GROUP(7, e1, e0)
        MD_SHA1_GROUP(8, e0, e1)
        MD_SHA1_GROUP(9, e1, e0)
        MD_SHA1_GROUP(10, e0, e1)
        MD_SHA1_GROUP(11, e1, e0)
        MD_SHA1_GROUP(12, e0, e1)
        MD_SHA1_GROUP(13, e1, e0)
        MD_SHA1_GROUP(14, e0, e1)
        MD_SHA1_GROUP(15, e1, e0)
        MD_SHA1_GROUP(16, e0, e1)
        MD_SHA1_GROUP(17, e1, e0)
        MD_SHA1_GROUP(18, e0, e1)
        e1 = _mm_sha1nexte_epu32(e1, m[3]);
        e0 = abcd;
        abcd = _mm_sha1rnds4_epu32(abcd, e1, 3);

        e0 = _mm_sha1nexte_epu32(e0, saved_e);
        abcd = _mm_add_epi32(abcd, saved_abcd);
    }
    _mm_storeu_si128((__m128i *)state, _mm_shuffle_epi32(abcd, 0x1B));
    state[4] = (uint32_t)_mm_extract_epi32(e0, 3);
}

#undef MD_SHA1_GROUP

// Four rounds of SHA-256. The schedule runs three groups ahead.
#define MD_SHA256_GROUP(i)                                                                                   \
    sum = _mm_add_epi32(m[(i) & 3], _mm_loadu_si128((const __m128i *)(constants + 4 * (i))));                \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);                                                           \
    if ((i) >= 3 && (i) < 15) {                                                                              \
        m[((i) + 1) & 3] = _mm_sha256msg2_epu32(                                                             \
            _mm_add_epi32(m[((i) + 1) & 3], _mm_alignr_epi8(m[(i) & 3], m[((i) + 3) & 3], 4)), m[(i) & 3]);  \
    }                                                                                                        \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));                                  \
    if ((i) >= 1 && (i) < 13) m[((i) + 3) & 3] = _mm_sha256msg1_epu32(m[((i) + 3) & 3], m[(i) & 3]);

MD_TARGET static inline void md_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks, const uint32_t *_Nonnull constants
) {
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(low, high, 8);
    __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
    for (; blocks > 0; blocks--, data += 64) {
        const __m128i saved_abef = abef, saved_cdgh = cdgh;
        __m128i sum, m[4];
        for (int i = 0; i < 4; i++) {
            m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), order);
        }
        MD_SHA256_GROUP(0)
        MD_SHA256_GROUP(1)
        MD_SHA256_GROUP(2)
        MD_SHA256_GROUP(3)
        MD_SHA256_GROUP(4)
        MD_SHA256_GROUP(5)
        MD_SHA256_GROUP(6)
        MD_SHA256_GROUP(7)
        MD_SHA256_GROUP(8)
        MD_SHA256_GROUP(9)
        MD_SHA256_GROUP(10)
        MD_SHA256_GROUP(11)
        MD_SHA256_GROUP(12)
        MD_SHA256_GROUP(13)
        MD_SHA256_GROUP(14)
        MD_SHA256_GROUP(15)
        abef = _mm_add_epi32(abef, saved_abef);
        cdgh = _mm_add_epi32(cdgh, saved_cdgh);
    }
    low = _mm_shuffle_epi32(abef, 0x1B);
    high = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

#undef MD_SHA256_GROUP
#undef MD_TARGET

#elif defined(__aarch64__)

#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

// HWCAP_SHA1 and HWCAP_SHA2 of the kernel; every Apple processor of this architecture has them.
static inline bool md_has_sha_instructions(void) {
#if defined(__linux__)
    const unsigned long wanted = (1ul << 5) | (1ul << 6);
    return (getauxval(AT_HWCAP) & wanted) == wanted;
#else
    return true;
#endif
}

#define MD_TARGET __attribute__((target("sha2")))

MD_TARGET static inline void md_sha1_blocks(uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {
    const uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32x4_t abcd = vld1q_u32(state);
    uint32_t e = state[4];
    for (; blocks > 0; blocks--, data += 64) {
        const uint32x4_t saved_abcd = abcd;
        const uint32_t saved_e = e;
        uint32x4_t m[4];
        for (int i = 0; i < 4; i++) m[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
        for (int i = 0; i < 20; i++) {
            const uint32x4_t sum = vaddq_u32(m[i & 3], vdupq_n_u32(constants[i / 5]));
            const uint32_t next = vsha1h_u32(vgetq_lane_u32(abcd, 0));
            abcd = i < 5 ? vsha1cq_u32(abcd, e, sum)
                : i >= 10 && i < 15 ? vsha1mq_u32(abcd, e, sum) : vsha1pq_u32(abcd, e, sum);
            e = next;
            m[i & 3] = vsha1su1q_u32(vsha1su0q_u32(m[i & 3], m[(i + 1) & 3], m[(i + 2) & 3]), m[(i + 3) & 3]);
        }
        abcd = vaddq_u32(abcd, saved_abcd);
        e += saved_e;
    }
    vst1q_u32(state, abcd);
    state[4] = e;
}

MD_TARGET static inline void md_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks, const uint32_t *_Nonnull constants
) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (; blocks > 0; blocks--, data += 64) {
        const uint32x4_t saved_abcd = abcd, saved_efgh = efgh;
        uint32x4_t m[4];
        for (int i = 0; i < 4; i++) m[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
        for (int i = 0; i < 16; i++) {
            const uint32x4_t sum = vaddq_u32(m[i & 3], vld1q_u32(constants + 4 * i));
            const uint32x4_t before = abcd;
            abcd = vsha256hq_u32(abcd, efgh, sum);
            efgh = vsha256h2q_u32(efgh, before, sum);
            m[i & 3] = vsha256su1q_u32(vsha256su0q_u32(m[i & 3], m[(i + 1) & 3]), m[(i + 2) & 3], m[(i + 3) & 3]);
        }
        abcd = vaddq_u32(abcd, saved_abcd);
        efgh = vaddq_u32(efgh, saved_efgh);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

#undef MD_TARGET

#else

// Other processors take the portable path; these are never called.
static inline bool md_has_sha_instructions(void) { return false; }
static inline void md_sha1_blocks(uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {}
static inline void md_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks, const uint32_t *_Nonnull constants
) {}

#endif
