import HTTPProviderSupport
package import HTTPTransport
import MessageAuthentication
import NotificationGateway

/// Signature V3 (ACS3-HMAC-SHA256): over the method, the query, the signed headers and the body's hash.
///
/// Signed is the minimum: `host`, `content-type` and every `x-acs-*` header. A proxy that rewrites any other header
/// then does not break the signature.
///
/// Source: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
package final class SignatureV3: RequestSigner {
    private struct SignedHeader: Sendable {
        var name: String
        /// The value of a fixed header.
        var value: String = ""
        var source = Source.fixed
    }

    private enum Source: Sendable {
        case fixed, action, contentHash, contentType, date, nonce
    }

    /// What depends on whether the request has a body: without one, `content-type` is neither sent nor signed.
    private final class HeaderPlan: Sendable {
        /// A run of fixed text in the canonical request, and the value that follows it.
        struct Piece: Sendable {
            var text: Range<Int>
            var source: Source
        }

        let headers: [SignedHeader]
        let pieces: [Piece]
        let text: [UInt8]
        /// What follows the last value: its line's end, a blank line, the names, a line's end.
        let ending: Range<Int>
        let authorizationPrefix: [UInt8]

        init(_ headers: [SignedHeader], accessKeyID: String) {
            let sorted = headers.sorted { NameOrder($0.name) < NameOrder($1.name) }
            let names = sorted.map(\.name).joined(separator: ";")
            self.headers = sorted
            authorizationPrefix = Array(
                "ACS3-HMAC-SHA256 Credential=\(accessKeyID),SignedHeaders=\(names),Signature=".utf8)
            var text = ByteWriter()
            var pieces: [Piece] = []
            var start = 0
            for header in sorted {
                text.append("\(header.name):\(header.value)")
                if header.source != .fixed {
                    pieces.append(Piece(text: start..<text.count, source: header.source))
                    start = text.count
                }
                text.append("\n")
            }
            text.append("\n\(names)\n")
            ending = start..<text.count
            self.pieces = pieces
            self.text = text.array
        }
    }

    /// The variable parts of one request.
    private struct Content {
        var type: String?
        var body: [UInt8]
        var hash: String
    }

    private static let hashOfNothing = MessageDigest.digest(of: [], by: .sha256).hexLowercase
    private let key: HMACKey
    private let origin: [UInt8]
    private let withBody: HeaderPlan
    private let withoutBody: HeaderPlan
    private let unsignedHeaders: [HTTPRequest.Header]

    /// Prepares a key.
    ///
    /// - Parameters:
    ///   - extra: more headers to send and sign; lower-case names.
    ///   - unsigned: headers to send and not to sign.
    package init(
        _ accessKey: AccessKey, service: RPCService, extra: [HTTPRequest.Header] = [],
        unsigned: [HTTPRequest.Header] = [HTTPRequest.Header("accept", "application/json")]
    ) {
        key = HMACKey(.sha256, accessKey.secret.reveal().utf8)
        origin = Array((service.endpoint.origin + "/").utf8)
        unsignedHeaders = unsigned
        var headers = [
            SignedHeader(name: "host", value: service.endpoint.authority),
            SignedHeader(name: "x-acs-version", value: service.version),
            SignedHeader(name: "x-acs-action", source: .action), SignedHeader(name: "x-acs-date", source: .date),
            SignedHeader(name: "x-acs-signature-nonce", source: .nonce),
            SignedHeader(name: "x-acs-content-sha256", source: .contentHash),
        ]
        headers += extra.map { SignedHeader(name: $0.name, value: $0.value) }
        if let token = accessKey.securityToken {
            headers.append(SignedHeader(name: "x-acs-accesskey-id", value: accessKey.id))
            headers.append(SignedHeader(name: "x-acs-security-token", value: token.reveal()))
        }
        let contentType = SignedHeader(name: "content-type", source: .contentType)
        withoutBody = HeaderPlan(headers, accessKeyID: accessKey.id)
        withBody = HeaderPlan(headers + [contentType], accessKeyID: accessKey.id)
    }

    // MARK: RequestSigner

    /// The whole request; `host` is left to the transport, which derives the same from the URL.
    package func sign(_ call: RPCCall, _ stamp: RequestStamp) -> HTTPRequest {
        let query = Self.query(of: call)
        let content = Self.content(of: call)
        let plan = plan(for: content)
        var authorization = ByteWriter(capacity: 320)
        authorization.append(plan.authorizationPrefix)
        appendSignature(of: hash(of: canonicalRequest(call, stamp, query, content)), to: &authorization)
        var headers: [HTTPRequest.Header] = []
        headers.reserveCapacity(plan.headers.count + unsignedHeaders.count)
        for header in plan.headers where header.name != "host" {
            let value = header.source == .fixed ? header.value : value(header.source, call, stamp, content)
            headers.append(HTTPRequest.Header(header.name, value))
        }
        headers.append(HTTPRequest.Header("authorization", authorization.string))
        headers.append(contentsOf: unsignedHeaders)
        return HTTPRequest(method: call.method, url: url(query), headers: headers, body: content.body)
    }

    /// The text whose hash stands in the string to sign.
    package func canonicalRequest(_ call: RPCCall, _ stamp: RequestStamp) -> String {
        canonicalRequest(call, stamp, Self.query(of: call), Self.content(of: call)).string
    }

    /// `ACS3-HMAC-SHA256`, a line break and the canonical request's hash.
    package func stringToSign(_ call: RPCCall, _ stamp: RequestStamp) -> String {
        let canonical = canonicalRequest(call, stamp, Self.query(of: call), Self.content(of: call))
        return Self.stringToSign(hash(of: canonical)).string
    }

    /// The headers, then the query's parameters, then the form's.
    package func plainFields(_ call: RPCCall, _ stamp: RequestStamp) -> [RPCParameter] {
        sign(call, stamp).headers.map { RPCParameter($0.name, $0.value) } + call.query + call.form
    }

    // MARK: Parts

    private func plan(for content: Content) -> HeaderPlan { content.type == nil ? withoutBody : withBody }

    /// The canonical query, which is sent as it is signed.
    private static func query(of call: RPCCall) -> ByteWriter {
        var query = ByteWriter(capacity: call.query.isEmpty ? 16 : 512)
        for parameter in call.query {
            if query.count > 0 { query.append(UInt8(ascii: "&")) }
            query.appendPercentEncoded(parameter.name)
            query.append(UInt8(ascii: "="))
            query.appendPercentEncoded(parameter.value)
        }
        return query
    }

    private static func content(of call: RPCCall) -> Content {
        switch call.body {
        case .form(let parameters):
            guard !parameters.isEmpty else { return Content(type: nil, body: [], hash: hashOfNothing) }
            var form = ByteWriter(capacity: 512)
            for parameter in parameters { form.appendFormParameter(parameter) }
            let hash = form.withUnsafeBytes { hexadecimal(MessageDigest.digest(of: $0, by: .sha256)) }
            return Content(type: "application/x-www-form-urlencoded", body: form.array, hash: hash)
        case .content(let bytes, let type):
            return Content(type: type, body: bytes, hash: hexadecimal(MessageDigest.digest(of: bytes, by: .sha256)))
        }
    }

    private func url(_ query: borrowing ByteWriter) -> String {
        var url = ByteWriter(capacity: origin.count + query.count + 1)
        url.append(origin)
        if query.count > 0 {
            url.append(UInt8(ascii: "?"))
            url.append(query)
        }
        return url.string
    }

    private func canonicalRequest(
        _ call: RPCCall, _ stamp: RequestStamp, _ query: borrowing ByteWriter, _ content: Content
    ) -> ByteWriter {
        let plan = plan(for: content)
        var text = ByteWriter(capacity: 768 + query.count)
        text.append(call.method.rawValue)
        text.append("\n/\n")
        text.append(query)
        text.append("\n")
        for piece in plan.pieces {
            text.append(plan.text, in: piece.text)
            text.append(value(piece.source, call, stamp, content))
        }
        text.append(plan.text, in: plan.ending)
        text.append(content.hash)
        return text
    }

    private func value(
        _ source: Source, _ call: RPCCall, _ stamp: RequestStamp, _ content: Content
    ) -> String {
        switch source {
        case .fixed: ""
        case .action: call.action
        case .contentHash: content.hash
        case .contentType: content.type ?? ""
        case .date: stamp.timestamp
        case .nonce: stamp.nonce
        }
    }

    // MARK: Hashes

    private func hash(of text: borrowing ByteWriter) -> Digest {
        text.withUnsafeBytes { MessageDigest.digest(of: $0, by: .sha256) }
    }

    private static func stringToSign(_ hash: Digest) -> ByteWriter {
        var text = ByteWriter(capacity: 96)
        text.append("ACS3-HMAC-SHA256\n")
        hash.withUnsafeBytes { text.appendHex($0) }
        return text
    }

    private func appendSignature(of hash: Digest, to writer: inout ByteWriter) {
        let code = Self.stringToSign(hash).withUnsafeBytes { key.authenticationCode(for: $0) }
        code.withUnsafeBytes { writer.appendHex($0) }
    }

    private static func hexadecimal(_ digest: Digest) -> String {
        var writer = ByteWriter(capacity: 64)
        digest.withUnsafeBytes { writer.appendHex($0) }
        return writer.string
    }
}

extension SignatureV3: CustomReflectable {
    /// A mirror without children: what is prepared holds the token and the key's id.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
