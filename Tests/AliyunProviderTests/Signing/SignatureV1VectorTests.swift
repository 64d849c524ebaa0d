import Foundation
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing
import VectorSupport

@testable import AliyunProvider

/// Every vector that the official SDKs made for signature 1.0, compared whole.
struct SignatureV1VectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var action: String
        var method: String
        var placement: String
        var access_key_id: String
        var access_key_secret: VectorText
        var security_token: String?
        var timestamp: String
        var nonce: String
        var region_id: String?
        var format: String
        var params: [String: VectorText]
        var common_params: [String: String]
        var canonicalized_query: VectorText
        var string_to_sign: VectorText
        var signature: String
        var sent_target: VectorText
        var sent_body: VectorText
        var sent_content_type: String?

        var testDescription: String { name }
    }

    private struct File: Decodable {
        var vectors: [Vector]
    }

    static let vectors = (try? VectorFolder.decode(File.self, from: "aliyun-v1.json").vectors) ?? []

    @Test("the vector file is there and has vectors for every operation")
    func fileIsThere() {
        #expect(Set(Self.vectors.map(\.action)) == ["SendSms", "SendBatchSms", "QuerySendDetails"])
        #expect(Self.vectors.count >= 41)
    }

    private static func call(_ vector: Vector) throws -> RPCCall {
        let parameters = try vector.params.map { RPCParameter($0.key, try #require($0.value.text)) }
        let method = try #require(HTTPMethod(rawValue: vector.method))
        return vector.placement == "body"
            ? RPCCall(vector.action, method: method, body: .form(parameters))
            : RPCCall(vector.action, method: method, query: parameters)
    }

    private static func signer(_ vector: Vector) throws -> SignatureV1 {
        let own = [
            "AccessKeyId", "Action", "Format", "RegionId", "SignatureMethod", "SignatureNonce", "SignatureVersion",
            "SecurityToken", "Timestamp", "Version",
        ]
        let extra = vector.common_params.filter { !own.contains($0.key) }.map { RPCParameter($0.key, $0.value) }
        let key = AccessKey(
            id: vector.access_key_id, secret: Secret(try #require(vector.access_key_secret.text)),
            securityToken: vector.security_token.map(Secret.init))
        let endpoint = try HTTPEndpoint("dysmsapi.aliyuncs.com", option: "endpoint", allowPlainHTTP: false)
        return SignatureV1(
            key, service: RPCService(endpoint: endpoint), region: vector.region_id, format: vector.format, extra: extra)
    }

    @Test("a vector of the official SDKs is met in string to sign, signature, query and body", arguments: vectors)
    func vectorIsMet(_ vector: Vector) throws {
        let signer = try Self.signer(vector)
        let call = try Self.call(vector)
        let stamp = RequestStamp(timestamp: vector.timestamp, nonce: vector.nonce)
        #expect(vector.string_to_sign.matches(signer.stringToSign(call, stamp)))
        #expect(signer.signature(call, stamp) == vector.signature)

        let request = signer.sign(call, stamp)
        #expect(request.method.rawValue == vector.method)
        let origin = "https://dysmsapi.aliyuncs.com/?"
        #expect(request.url.hasPrefix(origin))
        let query = decodedPairs(String(request.url.dropFirst(origin.count)))
        if let target = vector.sent_target.text { #expect(query == decodedPairs(String(target.dropFirst(2)))) }
        #expect(query.contains("Signature=\(vector.signature)"))
        let body = String(decoding: request.body, as: UTF8.self)
        if let sent = vector.sent_body.text {
            #expect(decodedPairs(body) == decodedPairs(sent))
        }
        #expect(request.headers.first { $0.name == "Content-Type" }?.value == vector.sent_content_type)
    }

    @Test("the wire carries exactly the signed parameters and the signature", arguments: vectors)
    func wireIsSigned(_ vector: Vector) throws {
        let request = try Self.signer(vector).sign(
            try Self.call(vector), RequestStamp(timestamp: vector.timestamp, nonce: vector.nonce))
        let query = String(request.url.split(separator: "?", maxSplits: 1)[1])
        var sent = decodedPairs(query) + decodedPairs(String(decoding: request.body, as: UTF8.self))
        sent.removeAll { $0 == "Signature=\(vector.signature)" }
        // Put together again as the rule says, by code that is not ours; so that also those vectors are compared whole
        // that give their long texts by length and hash.
        var unreserved = CharacterSet(charactersIn: "-._~")
        unreserved.formUnion(CharacterSet(charactersIn: "a"..."z"))
        unreserved.formUnion(CharacterSet(charactersIn: "A"..."Z"))
        unreserved.formUnion(CharacterSet(charactersIn: "0"..."9"))
        let pairs = sent.map { pair in
            pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }.sorted { Array($0[0].utf8).lexicographicallyPrecedes(Array($1[0].utf8)) }
        let canonical = pairs.map { pair in
            pair.map { $0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "" }.joined(separator: "=")
        }.joined(separator: "&")
        #expect(vector.canonicalized_query.matches(canonical))
    }
}
