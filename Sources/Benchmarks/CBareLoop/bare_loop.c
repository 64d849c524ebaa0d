#include "bare_loop.h"

#include <curl/curl.h>
#include <stdlib.h>

static size_t discard(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

static CURL *make_handle(const struct bare_request *request, struct curl_slist *headers) {
    CURL *easy = curl_easy_init();
    if (!easy) return NULL;
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    return easy;
}

/// Takes what has ended out of the multi handle and puts it back while messages are left; returns how many were 200.
static long harvest(CURLM *multi, long *left, long *running) {
    long good = 0;
    int queued = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &queued))) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL *easy = message->easy_handle;
        long status = 0;
        if (message->data.result == CURLE_OK) curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (status == 200) good++;
        curl_multi_remove_handle(multi, easy);
        if (*left > 0) {
            (*left)--;
            curl_multi_add_handle(multi, easy);
        } else {
            (*running)--;
        }
    }
    return good;
}

long bare_loop_run(const struct bare_request *request, long messages, long in_flight) {
    if (in_flight > messages) in_flight = messages;
    struct curl_slist *headers = NULL;
    for (size_t index = 0; index < request->header_count; index++)
        headers = curl_slist_append(headers, request->header_lines[index]);
    CURLM *multi = curl_multi_init();
    CURL **handles = calloc((size_t)in_flight, sizeof *handles);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
    for (long index = 0; index < in_flight; index++) {
        handles[index] = make_handle(request, headers);
        curl_multi_add_handle(multi, handles[index]);
    }
    long left = messages - in_flight, running = in_flight, good = 0;
    while (running > 0) {
        int active = 0;
        curl_multi_perform(multi, &active);
        long ended = harvest(multi, &left, &running);
        good += ended;
        if (running > 0 && active == running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    for (long index = 0; index < in_flight; index++) curl_easy_cleanup(handles[index]);
    free(handles);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    return good;
}
