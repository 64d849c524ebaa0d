import HTTPProviderSupport
import MessageAuthentication
import NotificationGateway

/// Judges who sent a request, by either signature of the vendor's.
///
/// Sources: https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism and
/// https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
struct Authenticator: Sendable {
    /// How far a sender's clock may be off, either way.
    static let clockTolerance: Int64 = 15 * 60
    /// The longest nonce; SDKs send 32 to 36 characters.
    static let longestNonce = 128

    private let keys: [String: PreparedKey]

    /// Prepares keys; of two with one id the first counts.
    init(_ keys: [EndpointKey]) {
        self.keys = Dictionary(keys.map { ($0.id, PreparedKey($0)) }) { first, _ in first }
    }

    /// The call that a request makes.
    ///
    /// - Throws: ``EndpointError`` with the vendor's code for what is missing, wrong or too old.
    func authenticate(
        _ request: EndpointRequest, _ parameters: RequestParameters, now: WallTime
    ) throws(EndpointError) -> SignedCall {
        request.usesHeaders
            ? try authenticateHeaders(request, parameters, now)
            : try authenticateParameters(request, parameters.all, now)
    }

    // MARK: Signature 1.0

    private func authenticateParameters(
        _ request: EndpointRequest, _ parameters: ParameterList, _ now: WallTime
    ) throws(EndpointError) -> SignedCall {
        let action = try parameters.required("Action")
        let version = try parameters.required("Version")
        let key = try key(try parameters.required("AccessKeyId"))
        guard try parameters.required("SignatureMethod") == "HMAC-SHA1",
            try parameters.required("SignatureVersion") == "1.0"
        else { throw .invalidSignatureMethod }
        let nonce = try Self.nonce(try parameters.required("SignatureNonce"))
        let timestamp = try Self.time(try parameters.required("Timestamp"), now)
        let signature = try parameters.required("Signature")
        var text = ByteWriter(capacity: 2_048)
        text.append(request.method)
        text.append("&%2F&")
        parameters.appendTwiceEncoded(to: &text, without: "Signature")
        let code = text.withUnsafeBytes { key.first.authenticationCode(for: $0) }
        guard code.matches(base64: signature.utf8) else { throw .wrongSignature(text.string) }
        return SignedCall(
            key: key.key, action: action, version: version, nonce: nonce, timestamp: timestamp, parameters: parameters)
    }

    // MARK: Signature V3

    private func authenticateHeaders(
        _ request: EndpointRequest, _ parameters: RequestParameters, _ now: WallTime
    ) throws(EndpointError) -> SignedCall {
        // A missing header is called by the parameter of signature 1.0 that it stands for.
        func required(_ name: String, _ parameter: String) throws(EndpointError) -> String {
            guard let value = request.header(name), !value.isEmpty else { throw .missing(parameter) }
            return value
        }
        let authorization = try AuthorizationHeader(try required("authorization", "Authorization"))
        let action = try required("x-acs-action", "Action")
        let version = try required("x-acs-version", "Version")
        let key = try key(authorization.credential)
        let nonce = try Self.nonce(try required("x-acs-signature-nonce", "SignatureNonce"))
        let timestamp = try Self.time(try required("x-acs-date", "Timestamp"), now)
        let claimedHash = try required("x-acs-content-sha256", "ContentSha256")
        try authorization.check(covers: request)
        let form = CanonicalRequest(request, parameters.query, authorization.signedHeaders)
        let texts = request.signablePaths.map(form.stringToSign)
        // All are tried whatever the first says.
        let matches = texts.filter { text in
            key.third.authenticationCode(for: Array(text.utf8)).matches(hexadecimal: authorization.signature.utf8)
        }
        guard !matches.isEmpty, form.bodyHash.matches(hexadecimal: claimedHash.utf8) else {
            throw .wrongSignature(texts[0])
        }
        return SignedCall(
            key: key.key, action: action, version: version, nonce: nonce, timestamp: timestamp,
            parameters: parameters.all)
    }

    // MARK: What both share

    private func key(_ id: String) throws(EndpointError) -> PreparedKey {
        guard let key = keys[id] else { throw .unknownKey }
        return key
    }

    private static func nonce(_ text: String) throws(EndpointError) -> String {
        guard text.utf8.count <= longestNonce else { throw .invalid("SignatureNonce") }
        return text
    }

    /// Reads `yyyy-MM-ddTHH:mm:ssZ`, not too far from now.
    private static func time(_ text: String, _ now: WallTime) throws(EndpointError) -> WallTime {
        guard let time = WallTime(vendorTimestamp: text) else { throw .invalidTimestamp }
        guard now.advanced(by: -clockTolerance) <= time, time <= now.advanced(by: clockTolerance) else {
            throw .expired
        }
        return time
    }
}

extension WallTime {
    /// Reads `yyyy-MM-ddTHH:mm:ssZ`; `nil` for anything else.
    init?(vendorTimestamp text: String) {
        let bytes = Array(text.utf8)
        let form = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == form.count,
            zip(bytes, form).allSatisfy({ byte, wanted in
                wanted == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == wanted
            })
        else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        self.init(
            Components(
                year: number(0..<4), month: number(5..<7), day: number(8..<10), hour: number(11..<13),
                minute: number(14..<16), second: number(17..<19)))
    }
}
