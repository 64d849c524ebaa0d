import CCurl
import HTTPTransport

/// What libcurl knows about an exchange that did not end well, as plain values.
struct TransferFacts: Equatable {
    /// Why it ended, where libcurl's code does not say.
    enum Ending: Equatable {
        case curl(CURLcode.RawValue)
        /// libcurl is content, and the head of the answer has no end.
        case brokenOff
        case cancelled
        case shutDown
    }

    var ending: Ending
    /// The request was about to be written at least once.
    var wasIssued = false
    /// libcurl was kept from writing it a second time.
    var wasRepeatRefused = false
    /// The answer passed a limit.
    var isOverLimit = false
    var hasAddress = false
    /// There were addresses, and the policy refused each.
    var areAddressesForbidden = false
    var isConnected = false
    var isEncrypted = false
    /// Requests go through a proxy.
    var hasProxy = false
    /// The proxy's answer to `CONNECT`, 0 where it gave none or was not asked.
    var tunnelStatus = 0
    var hasTLS = false
    /// Bytes of head and body in libcurl's first write.
    var requestBytes = 0
    /// Bytes of the body that were written, those in the first write included.
    var uploadedBytes = 0
    /// Bytes of the whole body.
    var bodyBytes = 0
    /// Bytes of the answer, head included.
    var receivedBytes = 0
    /// `scheme://host[:port]`.
    var origin = ""
    /// libcurl's own words. Only used up to the TLS handshake, where they cannot hold anything of the request.
    var words = ""
}

extension TransferFacts {
    /// Reads the facts off a handle whose transfer ended.
    init(_ ending: Ending, _ easy: UnsafeMutableRawPointer, _ exchange: borrowing Exchange, isEncrypted: Bool) {
        self.ending = ending
        wasIssued = exchange.issues > 0
        wasRepeatRefused = exchange.wasRepeatRefused
        isOverLimit = exchange.isOverLimit
        areAddressesForbidden = exchange.refusedAddresses > 0 && exchange.openedAddresses == 0
        hasAddress = ccurl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0
        // The connect time is only noted after the TLS handshake; the count says when the socket was connected.
        isConnected =
            ccurl_get_long(easy, CURLINFO_NUM_CONNECTS) > 0 || ccurl_get_offset(easy, CURLINFO_CONNECT_TIME_T) > 0
        self.isEncrypted = isEncrypted
        hasTLS = ccurl_get_offset(easy, CURLINFO_APPCONNECT_TIME_T) > 0
        requestBytes = ccurl_get_long(easy, CURLINFO_REQUEST_SIZE) - exchange.requestSizeBeforeIssue
        uploadedBytes = Int(ccurl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T))
        receivedBytes = exchange.head.count + exchange.body.count
    }

    /// Bytes of the request that were handed to the connection. A lower bound where libcurl wrote the body in several
    /// pieces.
    var bytesSent: Int {
        guard wasIssued else { return 0 }
        return max(requestBytes, uploadedBytes)
    }

    /// The proxy was to be asked for a tunnel and did not grant one.
    private var isTunnelMissing: Bool { hasProxy && isEncrypted && tunnelStatus / 100 != 2 }

    /// Up to the tunnel there is nobody but the proxy to be found and reached.
    private var isAtProxy: Bool { hasProxy && (phase == .nameResolution || phase == .connect) }

    /// How far the exchange had come.
    ///
    /// Once the request was issued, the phases before it are out of the question, also when libcurl had gone back to
    /// connecting in order to write it again.
    var phase: HTTPFailure.Phase {
        guard wasIssued else { return phaseBeforeRequest }
        if receivedBytes > 0 || isAnswerMalformed { return .receiving }
        if bytesSent == 0 { return .sending }
        return bytesSent < bodyBytes && !hadGoneBack ? .sending : .waiting
    }

    /// The request was lost on a connection that was used again, and libcurl was on its way to write it once more.
    private var hadGoneBack: Bool {
        guard wasIssued, let code else { return false }
        return wasRepeatRefused || Self.isConnectCode(code) || Self.isTrustCode(code)
    }

    private var phaseBeforeRequest: HTTPFailure.Phase {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameResolution
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: return .connect
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY: return .notStarted
        case let code? where Self.isTrustCode(code): return isTunnelMissing ? .connect : .tls
        default: break
        }
        if !hasAddress { return .nameResolution }
        if !isConnected || isTunnelMissing { return .connect }
        return isEncrypted && !hasTLS ? .tls : .sending
    }

    private var code: CURLcode? {
        if case .curl(let raw) = ending { CURLcode(raw) } else { nil }
    }

    /// The answer began with something else than HTTP, which libcurl refuses before any callback sees it, or holds more
    /// than libcurl takes.
    private var isAnswerMalformed: Bool {
        code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY || isAnswerOversized
    }

    /// A header line or a trailer over libcurl's own limit. Releases before 8.6 call that out of memory.
    private var isAnswerOversized: Bool {
        bytesSent > 0 && (code == CURLE_OUT_OF_MEMORY || code == Self.tooLarge)
    }

    /// `CURLE_TOO_LARGE`, which older headers lack.
    private static let tooLarge = CURLcode(100)

    private static func isConnectCode(_ code: CURLcode) -> Bool {
        code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT
            || code == CURLE_PROXY
    }

    private static func isTrustCode(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_USE_SSL_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
            true
        default: false
        }
    }

    /// What ended it.
    var cause: HTTPFailure.Cause {
        guard let code else { return causeBesideCode }
        if isOverLimit { return .tooLarge }
        if hadGoneBack { return .connectionLost }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_COULDNT_CONNECT where areAddressesForbidden: return .forbiddenAddress
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY:
            return .unreachable
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: return .malformedAnswer
        case _ where isAnswerOversized: return .malformedAnswer
        case CURLE_UNSUPPORTED_PROTOCOL where wasIssued: return .malformedAnswer
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_SSL_CACERT_BADFILE: return .invalidRequest
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_ABORTED_BY_CALLBACK:
            return .connectionLost
        // Before the request was issued this is a proxy that refused the tunnel.
        case CURLE_RECV_ERROR: return wasIssued || !isTunnelMissing ? .connectionLost : .unreachable
        default: return Self.isTrustCode(code) ? .notTrusted : .other
        }
    }

    private var causeBesideCode: HTTPFailure.Cause {
        switch ending {
        case .cancelled: .cancelled
        case .brokenOff: .connectionLost
        case .shutDown, .curl: .shutDown
        }
    }

    /// The failure that the caller gets.
    var failure: HTTPFailure {
        HTTPFailure(phase: phase, cause: cause, bytesSent: bytesSent, isAtProxy: isAtProxy, detail: detail)
    }

    private var detail: String {
        let place = "\(origin), \(isAtProxy ? phase.explanationAtProxy : phase.explanation)"
        // An ill-formed proxy is quoted whole, password included.
        let words = words.contains("@") || words.contains("://") ? "" : words
        switch cause {
        case .timedOut: return "the time limit passed: \(place)"
        case .cancelled: return "cancelled by the caller: \(place)"
        case .shutDown: return "the transport was shut down: \(place)"
        case .tooLarge: return "the answer is longer than the limit and was cut off: \(place)"
        case .malformedAnswer where isAnswerOversized:
            return "a header or trailer of the answer is longer than libcurl takes: \(place)"
        case .malformedAnswer: return "the answer is not valid HTTP: \(place)"
        case .connectionLost where code == CURLE_RECV_ERROR && receivedBytes > 0:
            return "the connection was lost, or the answer's framing is broken: \(place)"
        case .connectionLost: return "the connection was lost: \(place)"
        case .unreachable: return "\(refusedTunnel ?? (words.isEmpty ? "the host cannot be reached" : words)): \(place)"
        case .forbiddenAddress: return "the host's address is not one that may be connected to: \(place)"
        case .notTrusted:
            return "\(words.isEmpty ? "TLS failed" : words): \(place); check the host name, ca_file and the clock"
        case .invalidRequest where code == CURLE_SSL_CACERT_BADFILE:
            return "the file of certificate authorities cannot be used: \(place); check ca_file"
        case .invalidRequest: return "libcurl refuses the URL: \(origin)"
        case .other: return "libcurl error \(code?.rawValue ?? 0) (\(code.map(Self.name) ?? "")): \(place)"
        }
    }

    private var refusedTunnel: String? {
        guard isTunnelMissing, tunnelStatus > 0 else { return nil }
        let why = tunnelStatus == 407 ? "wants a user and a password" : "does not pass requests on to this host"
        return "the proxy answered \(tunnelStatus) to CONNECT: it \(why)"
    }

    private static func name(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}

extension HTTPFailure.Phase {
    /// The phase as half a sentence.
    fileprivate var explanation: String {
        switch self {
        case .notStarted: "not started"
        case .nameResolution: "while finding the host's address"
        case .connect: "while connecting"
        case .tls: "during the TLS handshake"
        case .sending: "while sending the request"
        case .waiting: "after the request was sent, before any answer"
        case .receiving: "while receiving the answer"
        }
    }

    /// The same where a proxy stands between, which has to be found and reached first.
    fileprivate var explanationAtProxy: String {
        switch self {
        case .nameResolution: "while finding the proxy's address"
        case .connect: "while connecting through the proxy"
        default: explanation
        }
    }
}
