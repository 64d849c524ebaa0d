// Typed fronts for what Swift cannot import from libcurl: its variadic functions, and constants that are enumerators in
// one release and macros in the next. Nothing here decides anything.

#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <time.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or newer is needed (CURLOPT_PREREQFUNCTION, CURLOPT_PROTOCOLS_STR)"
#endif

// curl_easy_setopt is variadic; one front for each type of argument keeps the compiler checking it.
static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_url_handle(CURL *easy, CURLU *url) {
    return curl_easy_setopt(easy, CURLOPT_CURLU, url);
}

// Covers CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, whose types agree.
static inline CURLcode ccurl_set_write_callback(CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_set_prereq_callback(CURL *easy, curl_prereq_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode ccurl_set_open_socket_callback(CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// curl_easy_getinfo is variadic too. A value that is not there reads as zero.
static inline long ccurl_get_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t ccurl_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline void *ccurl_get_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? (void *)value : NULL;
}

// The result of CURLMSG_DONE sits in an anonymous union.
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }

// Ending a transfer during name resolution would otherwise wait for the system's resolver, which may take half a minute.
static inline CURLcode ccurl_leave_resolver_behind(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

// Macros with casts or of changing type.
static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
static inline long ccurl_http_version_1_1(void) { return (long)CURL_HTTP_VERSION_1_1; }
static inline long ccurl_http_version_2_tls(void) { return (long)CURL_HTTP_VERSION_2TLS; }
static inline unsigned int ccurl_path_as_is(void) { return CURLU_PATH_AS_IS; }
static inline long ccurl_tls_1_2(void) { return (long)CURL_SSLVERSION_TLSv1_2; }
static inline curl_socket_t ccurl_no_socket(void) { return CURL_SOCKET_BAD; }
static inline int ccurl_prereq_ok(void) { return CURL_PREREQFUNC_OK; }
static inline int ccurl_prereq_abort(void) { return CURL_PREREQFUNC_ABORT; }

// Nanoseconds of the monotonic clock; without the cost of a generic clock on the hot path.
static inline long long ccurl_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000000LL + now.tv_nsec;
}

#endif
