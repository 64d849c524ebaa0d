import CCurl
import HTTPTransport

/// One libcurl easy handle, used for one request after another; frees everything it holds.
///
/// Options that never change are set once; of the others only those that differ from the last request. Only the owner
/// thread uses it.
final class EasyHandle {
    let easy: UnsafeMutableRawPointer
    let exchange: UnsafeMutablePointer<Exchange>
    /// The request that is under way.
    var transfer: Transfer?

    private let userAgent: String?
    private let bodyLimit: Int
    private let words: UnsafeMutablePointer<CChar>
    private var headers = HeaderList()
    private var body = ByteStore(capacity: 1024)
    private var url = ByteStore(capacity: 256)
    /// The parsed URL. libcurl parses a URL given as text again for each request.
    private let parsedURL: OpaquePointer
    private var bodyAddress: UnsafeMutablePointer<UInt8>?
    private var bodyLength = -1
    private var listAddress: UnsafeMutablePointer<curl_slist>?
    private var timeout = 0
    private var verb: Verb?
    private var isSound = true

    /// How libcurl is told the method.
    private struct Verb: Equatable {
        var method: HTTPMethod
        var hasContent: Bool
    }

    /// Makes a handle; `nil` when there is no memory or libcurl lacks what safety asks for.
    init?(_ options: CurlTransportOptions) {
        guard let easy = curl_easy_init() else { return nil }
        guard let parsedURL = curl_url() else {
            curl_easy_cleanup(easy)
            return nil
        }
        self.easy = easy
        self.parsedURL = parsedURL
        userAgent = options.userAgent
        bodyLimit = max(0, options.settings.maxResponseBytes)
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        exchange = .allocate(capacity: 1)
        exchange.initialize(to: Exchange(easy: easy, addresses: options.addresses))
        Exchange.install(at: exchange, on: easy)
        if !options.addresses.isUnrestricted { note(Exchange.judgeAddresses(at: exchange, on: easy)) }
        setConstantOptions(options)
        guard isSound else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_url_cleanup(parsedURL)
        exchange.deinitialize(count: 1)
        exchange.deallocate()
        words.deallocate()
    }

    private func setConstantOptions(_ options: CurlTransportOptions) {
        let settings = options.settings
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, options.httpVersion == .http1 ? ccurl_http_version_1_1() : ccurl_http_version_2_tls())
        set(CURLOPT_SSLVERSION, ccurl_tls_1_2())
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        // An empty proxy and an empty exception list keep libcurl from asking the environment.
        set(CURLOPT_PROXY, settings.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_ACCEPT_ENCODING, "gzip")
        note(ccurl_set_url_handle(easy, parsedURL))
        set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.curlMilliseconds)
        set(CURLOPT_MAXAGE_CONN, Int((options.maxIdleConnectionAge.clampedNanoseconds + 999_999_999) / 1_000_000_000))
        if let caFile = settings.caFile { set(CURLOPT_CAINFO, caFile) }
        note(ccurl_leave_resolver_behind(easy))
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
    }

    private func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(easy, option, value)) }
    private func set(_ option: CURLoption, _ value: String) { note(ccurl_set_string(easy, option, value)) }
    private func note(_ result: CURLcode) { isSound = isSound && result == CURLE_OK }

    /// Readies the handle for a request with `milliseconds` left.
    ///
    /// - Throws: ``HTTPFailure`` when the request cannot be written as HTTP.
    func prepare(_ transfer: Transfer, milliseconds: Int) throws(HTTPFailure) {
        let request = transfer.request
        try headers.build(request.headers, bodyLength: request.body.count, userAgent: userAgent)
        exchange.pointee.begin(bodyLimit: bodyLimit)
        words[0] = 0
        try prepareURL(request.url)
        prepareBody(request)
        if listAddress != headers.first {
            listAddress = headers.first
            _ = ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.first)
        }
        if timeout != milliseconds {
            timeout = milliseconds
            set(CURLOPT_TIMEOUT_MS, milliseconds)
        }
        self.transfer = transfer
    }

    private func prepareURL(_ text: String) throws(HTTPFailure) {
        var text = text
        let isSame = text.withUTF8 { $0.count + 1 == url.count && url.bytes.dropLast().elementsEqual($0) }
        guard !isSame else { return }
        url.removeAll(keeping: 8 << 10)
        url.append(text)
        url.append(byte: 0)
        let result = url.base.withMemoryRebound(to: CChar.self, capacity: url.count) {
            // Vendors sign the path as written, so "/../" and "/./" stay.
            curl_url_set(parsedURL, CURLUPART_URL, $0, ccurl_path_as_is())
        }
        guard result == CURLUE_OK else {
            // Otherwise the handle would send the request to the URL before.
            url.removeAll()
            throw .invalidRequest("libcurl does not take the URL; it may be too long")
        }
    }

    private func prepareBody(_ request: HTTPRequest) {
        body.removeAll()
        request.body.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            body.append(start, bytes.count)
        }
        let hasContent = !request.body.isEmpty || request.method == .post || request.method == .put
        let verb = Verb(method: request.method, hasContent: hasContent)
        if hasContent { prepareContent() }
        guard verb != self.verb else { return }
        self.verb = verb
        set(hasContent ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
        let isPlain = request.method == (hasContent ? .post : .get)
        _ = ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, isPlain ? nil : request.method.rawValue)
    }

    /// Points libcurl at the body, which it does not copy.
    private func prepareContent() {
        if bodyLength != body.count {
            bodyLength = body.count
            _ = ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        }
        if bodyAddress != body.base {
            bodyAddress = body.base
            _ = ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, body.base)
        }
    }

    /// The answer of a transfer that ended well.
    func response() -> HTTPResponse {
        HTTPResponse(
            status: ccurl_get_long(easy, CURLINFO_RESPONSE_CODE),
            headers: HTTPHeaderBlock(bytes: Array(exchange.pointee.head.bytes)),
            body: Array(exchange.pointee.body.bytes))
    }

    /// Why a transfer did not end well.
    func failure(_ ending: TransferFacts.Ending, _ target: RequestTarget, hasProxy: Bool) -> HTTPFailure {
        var facts = TransferFacts(ending, easy, exchange.pointee, isEncrypted: target.isEncrypted)
        facts.bodyBytes = body.count
        facts.origin = target.origin
        facts.hasProxy = hasProxy
        facts.tunnelStatus = ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE)
        if !facts.wasIssued { facts.words = String(cString: words) }
        return facts.failure
    }
}
