import HTTPProviderSupport
package import HTTPTransport
import MessageAuthentication
import NotificationGateway

/// Signature 1.0 of RPC operations: HMAC-SHA1 over every parameter, wherever it travels.
///
/// The common parameters travel in the query, the call's own where the call says. On the wire all are in the order of
/// the string to sign, so one pass over them writes the query, the form and the string to sign together.
///
/// Source: https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism
package final class SignatureV1: RequestSigner {
    /// A parameter of every request, encoded once, as the wire and as the string to sign have it.
    private struct CommonParameter: Sendable {
        /// The first bytes of its name: see ``NameOrder``.
        var head: UInt64
        /// Its place in the prepared bytes: name, `=` and, where it is fixed, the value.
        var wire: Range<Int>
        var signed: Range<Int>
        var value: CommonValue
    }

    private enum CommonValue: Sendable {
        case fixed, action, nonce, timestamp
    }

    /// The texts of one request in the making.
    private struct Texts: ~Copyable {
        var url: ByteWriter
        var form: ByteWriter
        var signed: ByteWriter
    }

    private let key: HMACKey
    private let common: [CommonParameter]
    /// The same parameters as plain text, for previews.
    private let commonFields: [RPCParameter]
    private let prepared: [UInt8]
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
        // Joined lazily: a text of both would stay in freed memory.
        key = HMACKey(.sha1, [accessKey.secret.reveal().utf8, "&".utf8].joined())
        urlPrefix = Array((service.endpoint.origin + "/?").utf8)
        var fields: [(parameter: RPCParameter, value: CommonValue)] = [
            (RPCParameter("AccessKeyId", accessKey.id), .fixed), (RPCParameter("Format", format), .fixed),
            (RPCParameter("SignatureMethod", "HMAC-SHA1"), .fixed), (RPCParameter("SignatureVersion", "1.0"), .fixed),
            (RPCParameter("Version", service.version), .fixed), (RPCParameter("Action", ""), .action),
            (RPCParameter("SignatureNonce", ""), .nonce), (RPCParameter("Timestamp", ""), .timestamp),
        ]
        if let region { fields.append((RPCParameter("RegionId", region), .fixed)) }
        if let token = accessKey.securityToken {
            fields.append((RPCParameter("SecurityToken", token.reveal()), .fixed))
        }
        fields += extra.map { ($0, .fixed) }
        fields.sort { NameOrder($0.parameter.name) < NameOrder($1.parameter.name) }
        var bytes = ByteWriter()
        common = fields.map { Self.prepare($0.parameter, $0.value, in: &bytes) }
        prepared = bytes.array
        commonFields = fields.map(\.parameter)
    }

    private static func prepare(
        _ parameter: RPCParameter, _ value: CommonValue, in bytes: inout ByteWriter
    ) -> CommonParameter {
        let start = bytes.count
        bytes.appendPercentEncoded(parameter.name)
        bytes.append(UInt8(ascii: "="))
        bytes.appendPercentEncoded(parameter.value)
        let middle = bytes.count
        bytes.appendTwicePercentEncoded(parameter.name)
        bytes.append("%3D")
        bytes.appendTwicePercentEncoded(parameter.value)
        return CommonParameter(
            head: NameOrder.head(of: parameter.name), wire: start..<middle, signed: middle..<bytes.count, value: value)
    }

    // MARK: RequestSigner

    /// The whole request; the signature is the query's last parameter.
    package func sign(_ call: RPCCall, _ stamp: RequestStamp) -> HTTPRequest {
        var texts = compose(call, stamp)
        texts.url.append("Signature=")
        code(of: texts.signed).withUnsafeBytes { texts.url.appendPercentEncodedBase64($0) }
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
        code(of: compose(call, stamp).signed).base64
    }

    /// `POST&%2F&AccessKeyId%3D…`.
    package func stringToSign(_ call: RPCCall, _ stamp: RequestStamp) -> String { compose(call, stamp).signed.string }

    /// The query's parameters, then the form's.
    package func plainFields(_ call: RPCCall, _ stamp: RequestStamp) -> [RPCParameter] {
        let own = zip(common, commonFields).map { entry, field in
            RPCParameter(field.name, value(entry.value, call, stamp) ?? field.value)
        }
        return own + call.query + [RPCParameter("Signature", signature(call, stamp))] + call.form
    }

    private func code(of text: borrowing ByteWriter) -> Digest {
        text.withUnsafeBytes { key.authenticationCode(for: $0) }
    }

    // MARK: Composing

    /// Merges the three sorted lists: common parameters, query and form.
    private func compose(_ call: RPCCall, _ stamp: RequestStamp) -> Texts {
        var texts = Texts(
            url: ByteWriter(capacity: 512), form: ByteWriter(capacity: 512), signed: ByteWriter(capacity: 1_024))
        texts.url.append(urlPrefix)
        texts.signed.append(call.method.rawValue)
        texts.signed.append("&%2F&")
        let form = call.form
        var (next, nextQuery, nextForm) = (0, 0, 0)
        while nextQuery < call.query.count || nextForm < form.count {
            let isQuery =
                nextForm == form.count
                || (nextQuery < call.query.count && !Self.precedes(form[nextForm], call.query[nextQuery]))
            let parameter = isQuery ? call.query[nextQuery] : form[nextForm]
            let head = NameOrder.head(of: parameter.name)
            while next < common.count, isCommon(next, before: parameter.name, head) {
                append(common[next], call, stamp, to: &texts)
                next += 1
            }
            if isQuery {
                texts.url.appendPercentEncoded(parameter.name)
                texts.url.append(UInt8(ascii: "="))
                texts.url.appendPercentEncoded(parameter.value)
                texts.url.append(UInt8(ascii: "&"))
                nextQuery += 1
            } else {
                texts.form.appendFormParameter(parameter)
                nextForm += 1
            }
            texts.signed.appendTwicePercentEncoded(parameter.name)
            texts.signed.append("%3D")
            texts.signed.appendTwicePercentEncoded(parameter.value)
            texts.signed.append("%26")
        }
        for entry in common[next...] { append(entry, call, stamp, to: &texts) }
        texts.signed.removeLast(3)
        return texts
    }

    private func isCommon(_ index: Int, before name: String, _ head: UInt64) -> Bool {
        let own = common[index].head
        return own == head ? NameOrder(commonFields[index].name) < NameOrder(name) : own < head
    }

    private static func precedes(_ left: RPCParameter, _ right: RPCParameter) -> Bool {
        NameOrder(left.name) < NameOrder(right.name)
    }

    private func append(_ entry: CommonParameter, _ call: RPCCall, _ stamp: RequestStamp, to texts: inout Texts) {
        texts.url.append(prepared, in: entry.wire)
        texts.signed.append(prepared, in: entry.signed)
        if let value = value(entry.value, call, stamp) {
            texts.url.appendPercentEncoded(value)
            texts.signed.appendTwicePercentEncoded(value)
        }
        texts.url.append(UInt8(ascii: "&"))
        texts.signed.append("%26")
    }

    private func value(_ value: CommonValue, _ call: RPCCall, _ stamp: RequestStamp) -> String? {
        switch value {
        case .fixed: nil
        case .action: call.action
        case .nonce: stamp.nonce
        case .timestamp: stamp.timestamp
        }
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
