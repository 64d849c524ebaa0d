import HTTPProviderSupport
package import HTTPTransport
import MessageAuthentication
import NotificationGateway

/// Signature 1.0 of RPC operations: HMAC-SHA1 over every parameter, wherever it travels.
///
/// The common parameters travel in the query, the call's own where the call says. On the wire all are in the order of the
/// string to sign, so one pass over them writes the query, the form and the string to sign together.
///
/// Source: https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism
package final class SignatureV1: RequestSigner {
    /// A parameter of every request.
    private struct CommonParameter: Sendable {
        enum Source: Sendable {
            /// The same in every request: encoded once, as the wire and as the string to sign have it.
            case fixed(wire: [UInt8], signed: [UInt8])
            case action, nonce, timestamp
        }

        var name: String
        var value: String
        var source: Source
    }

    /// The texts of one request in the making.
    private struct Texts: ~Copyable {
        var url: ByteWriter
        var form: ByteWriter
        var signed: ByteWriter
        var hasQuery = false

        mutating func separateQuery() {
            if hasQuery { url.append(UInt8(ascii: "&")) }
            hasQuery = true
        }
    }

    private static let methodSuffix: StaticString = "&%2F&"
    private let key: HMACKey
    private let common: [CommonParameter]
    private let urlPrefix: [UInt8]

    /// Prepares a key.
    ///
    /// - Parameters:
    ///   - region: sent as `RegionId` when given.
    ///   - format: of the answers.
    ///   - extra: more parameters for every request.
    package init(
        _ accessKey: AccessKey, service: RPCService, region: String? = nil, format: String = "JSON",
        extra: [RPCParameter] = []
    ) {
        key = HMACKey(.sha1, Array((accessKey.secret.reveal() + "&").utf8))
        urlPrefix = Array((service.endpoint.origin + "/?").utf8)
        var fixed = [
            RPCParameter("AccessKeyId", accessKey.id), RPCParameter("Format", format),
            RPCParameter("SignatureMethod", "HMAC-SHA1"), RPCParameter("SignatureVersion", "1.0"),
            RPCParameter("Version", service.version),
        ]
        if let region { fixed.append(RPCParameter("RegionId", region)) }
        if let token = accessKey.securityToken { fixed.append(RPCParameter("SecurityToken", token.reveal())) }
        var common = (fixed + extra).map(Self.prepared)
        common.append(CommonParameter(name: "Action", value: "", source: .action))
        common.append(CommonParameter(name: "SignatureNonce", value: "", source: .nonce))
        common.append(CommonParameter(name: "Timestamp", value: "", source: .timestamp))
        self.common = common.sorted { ByteOrder.precedes($0.name, $1.name) }
    }

    private static func prepared(_ parameter: RPCParameter) -> CommonParameter {
        var wire = ByteWriter()
        wire.appendPercentEncoded(parameter.name)
        wire.append(UInt8(ascii: "="))
        wire.appendPercentEncoded(parameter.value)
        var signed = ByteWriter()
        signed.appendTwicePercentEncoded(parameter.name)
        signed.append("%3D")
        signed.appendTwicePercentEncoded(parameter.value)
        return CommonParameter(
            name: parameter.name, value: parameter.value, source: .fixed(wire: wire.array, signed: signed.array))
    }

    // MARK: RequestSigner

    /// The whole request; the signature is the query's last parameter.
    package func sign(_ call: RPCCall, _ stamp: RequestStamp) -> HTTPRequest {
        var texts = compose(call, stamp)
        texts.url.append("&Signature=")
        texts.url.appendPercentEncoded(code(of: texts.signed))
        var request = HTTPRequest(method: call.method, url: texts.url.string)
        switch call.body {
        case .form where texts.form.count == 0: break
        case .form:
            request.headers = [HTTPRequest.Header("Content-Type", "application/x-www-form-urlencoded")]
            request.body = texts.form.array
        case .content(let bytes, let type):
            request.headers = [HTTPRequest.Header("Content-Type", type)]
            request.body = bytes
        }
        return request
    }

    /// The signature alone, in Base64.
    package func signature(_ call: RPCCall, _ stamp: RequestStamp) -> String {
        code(of: compose(call, stamp).signed)
    }

    /// `POST&%2F&AccessKeyId%3D…`.
    package func stringToSign(_ call: RPCCall, _ stamp: RequestStamp) -> String { compose(call, stamp).signed.string }

    /// The query's parameters, then the form's.
    package func plainFields(_ call: RPCCall, _ stamp: RequestStamp) -> [RPCParameter] {
        let fields = common.map { RPCParameter($0.name, value(of: $0, call, stamp)) } + call.query
        return fields + [RPCParameter("Signature", signature(call, stamp))] + call.form
    }

    private func code(of text: borrowing ByteWriter) -> String {
        text.withUnsafeBytes { key.authenticationCode(for: $0) }.base64
    }

    // MARK: Composing

    /// Merges the three sorted lists: common parameters, query and form.
    private func compose(_ call: RPCCall, _ stamp: RequestStamp) -> Texts {
        var texts = Texts(
            url: ByteWriter(capacity: 512), form: ByteWriter(capacity: 512), signed: ByteWriter(capacity: 1_024))
        texts.url.append(urlPrefix)
        texts.signed.append(call.method.rawValue)
        texts.signed.append(Self.methodSuffix)
        let form = call.form
        var (nextCommon, nextQuery, nextForm) = (0, 0, 0)
        for _ in 0..<(common.count + call.query.count + form.count) {
            let own = nextCommon < common.count ? common[nextCommon].name : nil
            let query = nextQuery < call.query.count ? call.query[nextQuery].name : nil
            let body = nextForm < form.count ? form[nextForm].name : nil
            if let own, Self.isFirst(own, before: query), Self.isFirst(own, before: body) {
                append(common[nextCommon], call, stamp, to: &texts)
                nextCommon += 1
            } else if let query, Self.isFirst(query, before: body) {
                append(call.query[nextQuery], to: &texts)
                nextQuery += 1
            } else if body != nil {
                Self.appendForm(form[nextForm], to: &texts)
                nextForm += 1
            }
        }
        texts.signed.removeLast(3)
        return texts
    }

    private static func isFirst(_ name: String, before other: String?) -> Bool {
        guard let other else { return true }
        return !ByteOrder.precedes(other, name)
    }

    private func append(
        _ parameter: CommonParameter, _ call: RPCCall, _ stamp: RequestStamp, to texts: inout Texts
    ) {
        guard case .fixed(let wire, let signed) = parameter.source else {
            append(RPCParameter(parameter.name, value(of: parameter, call, stamp)), to: &texts)
            return
        }
        texts.separateQuery()
        texts.url.append(wire)
        texts.signed.append(signed)
        texts.signed.append("%26")
    }

    private func value(of parameter: CommonParameter, _ call: RPCCall, _ stamp: RequestStamp) -> String {
        switch parameter.source {
        case .fixed: parameter.value
        case .action: call.action
        case .nonce: stamp.nonce
        case .timestamp: stamp.timestamp
        }
    }

    private func append(_ parameter: RPCParameter, to texts: inout Texts) {
        texts.separateQuery()
        texts.url.appendPercentEncoded(parameter.name)
        texts.url.append(UInt8(ascii: "="))
        texts.url.appendPercentEncoded(parameter.value)
        Self.appendSigned(parameter, to: &texts)
    }

    private static func appendForm(_ parameter: RPCParameter, to texts: inout Texts) {
        texts.form.appendFormParameter(parameter)
        appendSigned(parameter, to: &texts)
    }

    private static func appendSigned(_ parameter: RPCParameter, to texts: inout Texts) {
        texts.signed.appendTwicePercentEncoded(parameter.name)
        texts.signed.append("%3D")
        texts.signed.appendTwicePercentEncoded(parameter.value)
        texts.signed.append("%26")
    }
}

extension SignatureV1: CustomReflectable {
    /// A mirror without children: what is prepared holds the token and the key's id.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension ByteWriter {
    /// Appends `name=value` as a form has it, after a `&` when it is not the first.
    mutating func appendFormParameter(_ parameter: RPCParameter) {
        if count > 0 { append(UInt8(ascii: "&")) }
        appendFormEncoded(parameter.name)
        append(UInt8(ascii: "="))
        appendFormEncoded(parameter.value)
    }
}
