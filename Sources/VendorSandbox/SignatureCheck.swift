import Crypto
import Foundation

/// A request whose sender is known and whose signature is right.
struct AuthenticatedRequest: Sendable {
    var action: String
    var version: String
    /// `JSON` or `XML`.
    var format: String
    var accessKeyID: String
    var nonce: String
    /// The operation's own parameters.
    var parameters: [String: String]
}

/// Judges signatures of both schemes with swift-crypto, from the vendor's documentation alone.
struct SignatureCheck: Sendable {
    let accounts: [String: SandboxConfiguration.Account]
    let now: @Sendable () -> Date

    private static let clockTolerance: TimeInterval = 15 * 60

    func authenticate(_ request: ReceivedRequest) throws(VendorFault) -> AuthenticatedRequest {
        guard request.method == "GET" || request.method == "POST" else {
            throw .gateway("UnsupportedHTTPMethod", "This http method is not supported.")
        }
        return usesParameters(request) ? try parameterScheme(request) : try headerScheme(request)
    }

    /// The older SDKs send `x-acs-action` beside signature 1.0, so the header that is signed decides, then the parameters.
    private func usesParameters(_ request: ReceivedRequest) -> Bool {
        if request.header("authorization") != nil { return false }
        let isSigned = (request.query + request.form).contains { $0.name == "Signature" || $0.name == "AccessKeyId" }
        return isSigned || request.header("x-acs-action") == nil
    }

    // MARK: Signature 1.0

    private func parameterScheme(_ request: ReceivedRequest) throws(VendorFault) -> AuthenticatedRequest {
        let all = request.query + request.form
        let values = Dictionary(all.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        func required(_ name: String) throws(VendorFault) -> String {
            guard let value = values[name], !value.isEmpty else { throw .missing(name) }
            return value
        }
        let action = try required("Action")
        let version = try required("Version")
        let account = try account(try required("AccessKeyId"), token: values["SecurityToken"])
        guard try required("SignatureMethod") == "HMAC-SHA1", try required("SignatureVersion") == "1.0" else {
            throw .gateway("InvalidSignatureMethod", "The signature method or version is not supported.")
        }
        let nonce = try required("SignatureNonce")
        try check(time: try required("Timestamp"))
        let signature = try required("Signature")
        let canonical = FormParameter.canonical(all.filter { $0.name != "Signature" })
        let text = "\(request.method)&%2F&\(FormParameter.encode(canonical))"
        let code = Crypto.HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(text.utf8), using: SymmetricKey(data: Data("\(account.secret)&".utf8)))
        guard let given = Data(base64Encoded: signature), given == Data(code) else { throw mismatch(text) }
        return AuthenticatedRequest(
            action: action, version: version, format: (values["Format"] ?? "XML").uppercased(),
            accessKeyID: account.accessKeyID, nonce: nonce, parameters: values)
    }

    // MARK: ACS3-HMAC-SHA256

    private func headerScheme(_ request: ReceivedRequest) throws(VendorFault) -> AuthenticatedRequest {
        // A missing header is reported as the parameter of signature 1.0 that it stands for: `MissingTimestamp`.
        func required(_ name: String, _ parameter: String) throws(VendorFault) -> String {
            guard let value = request.header(name), !value.isEmpty else { throw .missing(parameter) }
            return value
        }
        let authorization = try Authorization(try required("authorization", "Authorization"))
        let action = try required("x-acs-action", "Action")
        let version = try required("x-acs-version", "Version")
        let nonce = try required("x-acs-signature-nonce", "SignatureNonce")
        let account = try account(authorization.credential, token: request.header("x-acs-security-token"))
        try check(time: try required("x-acs-date", "Timestamp"))
        let hash = Crypto.SHA256.hash(data: request.body).hexadecimal
        guard try required("x-acs-content-sha256", "ContentSha256") == hash else {
            throw .gateway("InvalidParameter.ContentSHA256", "x-acs-content-sha256 is not the hash of the body.")
        }
        try check(signed: authorization.signedHeaders, request)
        let canonicalHeaders = authorization.signedHeaders
            .map { "\($0):\((request.header($0) ?? "").trimmingCharacters(in: .whitespaces))\n" }.joined()
        let canonical = [
            request.method, request.path, FormParameter.canonical(request.query), canonicalHeaders,
            authorization.signedHeaders.joined(separator: ";"), hash,
        ].joined(separator: "\n")
        let text = "ACS3-HMAC-SHA256\n\(Crypto.SHA256.hash(data: Data(canonical.utf8)).hexadecimal)"
        let code = Crypto.HMAC<Crypto.SHA256>.authenticationCode(
            for: Data(text.utf8), using: SymmetricKey(data: Data(account.secret.utf8)))
        guard code.hexadecimal == authorization.signature else { throw mismatch(text) }
        let parameters = (request.query + request.form).map { ($0.name, $0.value) }
        return AuthenticatedRequest(
            action: action, version: version, format: "JSON", accessKeyID: account.accessKeyID, nonce: nonce,
            parameters: Dictionary(parameters, uniquingKeysWith: { $1 }))
    }

    /// Everything that says who sends what must be covered by the signature.
    private func check(signed names: [String], _ request: ReceivedRequest) throws(VendorFault) {
        var needed = Set(request.headers.map(\.name).filter { $0.hasPrefix("x-acs-") }).union(["host"])
        if !request.body.isEmpty { needed.insert("content-type") }
        let missing = needed.subtracting(names).sorted()
        guard missing.isEmpty, names == names.sorted() else {
            throw .gateway(
                "IncompleteSignature", "SignedHeaders must be sorted and hold \(missing.joined(separator: ", ")).")
        }
    }

    /// `ACS3-HMAC-SHA256 Credential=ID,SignedHeaders=a;b;c,Signature=…`
    private struct Authorization {
        var credential: String
        var signedHeaders: [String]
        var signature: String

        init(_ text: String) throws(VendorFault) {
            let scheme = "ACS3-HMAC-SHA256 "
            let fields = text.hasPrefix(scheme) ? text.dropFirst(scheme.count).split(separator: ",") : []
            var values: [Substring: Substring] = [:]
            for field in fields {
                guard let equals = field.firstIndex(of: "=") else { continue }
                let name = field[..<equals].drop { $0 == " " }
                values[name] = field[field.index(after: equals)...]
            }
            guard let credential = values["Credential"], let signed = values["SignedHeaders"],
                let signature = values["Signature"]
            else { throw .gateway("IncompleteSignature", "The Authorization header is not complete.") }
            self.credential = String(credential)
            self.signature = String(signature)
            signedHeaders = signed.split(separator: ";").map(String.init)
        }
    }

    // MARK: What both share

    private func account(_ id: String, token: String?) throws(VendorFault) -> SandboxConfiguration.Account {
        guard let account = accounts[id] else {
            throw .gateway("InvalidAccessKeyId.NotFound", "Specified access key is not found.", status: 404)
        }
        guard account.securityToken == nil || token != nil else { throw .missing("SecurityToken") }
        guard account.securityToken == token else {
            throw .gateway("InvalidSecurityToken.MismatchWithAccessKey", "The security token is not that of this key.")
        }
        return account
    }

    private func check(time: String) throws(VendorFault) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'"
        guard let date = formatter.date(from: time) else {
            throw .gateway("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
        }
        guard abs(date.timeIntervalSince(now())) <= Self.clockTolerance else {
            throw .gateway("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
        }
    }

    private func mismatch(_ text: String) -> VendorFault {
        .gateway(
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. server string to sign is:\(text)")
    }
}

extension Sequence<UInt8> {
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
