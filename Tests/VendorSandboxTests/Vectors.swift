import Foundation
import VectorSupport

@testable import VendorSandbox

/// A request that an official SDK made.
struct SDKRequest: Decodable, Sendable {
    var name: String
    var method: String
    var access_key_id: String
    var access_key_secret: String
    var security_token: String?
    var timestamp: String
    var host: String?
    var headers: [String: String]?
    var sent_target: Text
    var sent_body: Text
    var sent_content_type: String?

    /// A text as it stands, or only its length and hash where it is long.
    enum Text: Decodable, Sendable {
        case whole(String)
        case hashed

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = (try? container.decode(String.self)).map(Text.whole) ?? .hashed
        }

        var whole: String? { if case .whole(let text) = self { text } else { nil } }
    }

    private struct File: Decodable {
        var vectors: [SDKRequest]
    }

    static func all(_ file: String) -> [SDKRequest] {
        ((try? VectorFolder.decode(File.self, from: file))?.vectors ?? [])
            .filter { $0.sent_target.whole != nil && $0.sent_body.whole != nil }
    }

    /// The request as the sandbox receives it.
    var received: ReceivedRequest {
        var fields = (headers ?? [:]).map { (name: $0.key.lowercased(), value: $0.value) }
        if let type = sent_content_type { fields.append(("content-type", type)) }
        return ReceivedRequest(
            method: method, target: sent_target.whole ?? "", headers: fields, body: Array((sent_body.whole ?? "").utf8))
    }

    /// A judge that knows this customer and whose clock stands at the request's time.
    var judge: SignatureCheck {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'"
        let time = formatter.date(from: timestamp) ?? Date()
        let account = SandboxConfiguration.Account(
            accessKeyID: access_key_id, secret: access_key_secret, securityToken: security_token)
        return SignatureCheck(accounts: [access_key_id: account], now: { time })
    }
}
