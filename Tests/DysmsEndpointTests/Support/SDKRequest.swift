import Foundation
import NotificationGateway
import VectorSupport

@testable import DysmsEndpoint

/// A request that an official SDK made.
struct SDKRequest: Decodable, Sendable {
    var name: String
    var action: String
    var method: String
    var access_key_id: String
    var access_key_secret: String
    var timestamp: String
    var nonce: String
    var headers: [String: String]?
    var params: [String: Text]
    var sent_target: Text
    var sent_body: Text
    var sent_content_type: String?

    /// A text as it stands; `nil` where the file has its length and hash alone.
    struct Text: Decodable, Sendable {
        var whole: String?

        init(from decoder: any Decoder) throws {
            whole = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    private struct File: Decodable {
        var vectors: [SDKRequest]
    }

    static let files = ["aliyun-v1.json", "aliyun-v3.json"]

    static func all(_ file: String) throws -> [SDKRequest] {
        try VectorFolder.decode(File.self, from: file).vectors
            .filter { $0.sent_target.whole != nil && $0.sent_body.whole != nil }
    }

    /// The request as the endpoint gets it.
    var received: EndpointRequest {
        var fields = (headers ?? [:]).sorted { $0.key < $1.key }.map { EndpointHeader($0.key, $0.value) }
        if let type = sent_content_type { fields.append(EndpointHeader("Content-Type", type)) }
        let target = (sent_target.whole ?? "").split(separator: "?", maxSplits: 1)
        return EndpointRequest(
            method: method, query: target.count > 1 ? String(target[1]) : "", headers: fields,
            body: Array((sent_body.whole ?? "").utf8))
    }

    /// When it was signed.
    var time: WallTime { WallTime(vendorTimestamp: timestamp) ?? WallTime(nanosecondsSinceEpoch: 0) }

    /// Judges a request with the key of this one at its time.
    func judge(
        _ request: EndpointRequest, secret: String? = nil, secondsLater: Int64 = 0
    ) throws(EndpointError) -> SignedCall {
        let key = EndpointKey(id: access_key_id, secret: Secret(secret ?? access_key_secret))
        return try Authenticator([key]).authenticate(
            request, try RequestParameters(request), now: time.advanced(by: secondsLater))
    }

    /// The code by which a request is refused; `OK` when it is not.
    func verdict(on request: EndpointRequest, secret: String? = nil, secondsLater: Int64 = 0) -> String {
        do throws(EndpointError) {
            _ = try judge(request, secret: secret, secondsLater: secondsLater)
            return "OK"
        } catch {
            return error.code
        }
    }
}
