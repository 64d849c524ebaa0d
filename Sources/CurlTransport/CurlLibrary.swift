import CCurl

/// libcurl's process-wide start-up.
///
/// It is done once and never undone: `curl_global_cleanup` would pull the ground from under any other user of libcurl
/// in the process, and what it frees is a few kilobytes.
enum CurlLibrary {
    private static let result = ccurl_global_init()

    /// Starts libcurl up unless that was done; traps when the library is unusable, which no program can work around.
    static func startUp() {
        precondition(result == CURLE_OK, "libcurl cannot be initialised: error \(result.rawValue)")
    }
}
