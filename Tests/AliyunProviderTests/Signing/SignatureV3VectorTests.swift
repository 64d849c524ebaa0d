import Foundation
import HTTPProviderSupport
import HTTPTransport
import MessageAuthentication
import NotificationGateway
import Testing
import VectorSupport

@testable import AliyunProvider

/// Every vector that the official SDK made for ACS3-HMAC-SHA256, compared whole.
struct SignatureV3VectorTests {
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
        var host: String
        var version: String
        var params: [String: VectorText]
        var canonical_request: VectorText
        var hashed_canonical_request: String
        var string_to_sign: String
        var signature: String
        var authorization: String
        var headers: [String: String]
        var sent_target: VectorText
        var sent_body: VectorText

        var testDescription: String { name }
    }

    private struct File: Decodable {
        var vectors: [Vector]
    }

    static let vectors = (try? VectorFolder.decode(File.self, from: "aliyun-v3.json").vectors) ?? []

    @Test("the vector file is there and has vectors for every placement")
    func fileIsThere() {
        #expect(Set(Self.vectors.map(\.placement)) == ["query", "formData", "json", "mixed"])
        #expect(Self.vectors.count >= 38)
    }

    private static func call(_ vector: Vector) throws -> RPCCall {
        let method = try #require(HTTPMethod(rawValue: vector.method))
        let parameters = try vector.params.map { RPCParameter($0.key, try #require($0.value.text)) }
        switch vector.placement {
        case "query": return RPCCall(vector.action, method: method, query: parameters)
        case "formData": return RPCCall(vector.action, method: method, body: .form(parameters))
        case "mixed":
            return RPCCall(
                vector.action, method: method, query: parameters.filter { !$0.name.hasSuffix("Json") },
                body: .form(parameters.filter { $0.name.hasSuffix("Json") }))
        default:
            let body = Array(try #require(vector.sent_body.text).utf8)
            let type = try #require(vector.headers["content-type"])
            return RPCCall(vector.action, method: method, body: .content(body, type: type))
        }
    }

    private static func signer(_ vector: Vector) throws -> SignatureV3 {
        let own = ["host", "content-type", "authorization", "x-acs-accesskey-id", "x-acs-security-token"]
        let mine = ["x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"]
        let extra = vector.headers.filter { !(own + mine).contains($0.key) }
            .map { HTTPRequest.Header($0.key, $0.value) }
        let key = AccessKey(
            id: vector.access_key_id, secret: Secret(try #require(vector.access_key_secret.text)),
            securityToken: vector.security_token.map(Secret.init))
        let endpoint = try HTTPEndpoint(vector.host, option: "endpoint", allowPlainHTTP: false)
        return SignatureV3(
            key, service: RPCService(endpoint: endpoint, version: vector.version), extra: extra, unsigned: [])
    }

    @Test(
        "a vector of the official SDK is met in canonical request, signature, headers, query and body",
        arguments: vectors)
    func vectorIsMet(_ vector: Vector) throws {
        let signer = try Self.signer(vector)
        let call = try Self.call(vector)
        let stamp = RequestStamp(timestamp: vector.timestamp, nonce: vector.nonce)
        let canonical = signer.canonicalRequest(call, stamp)
        #expect(vector.canonical_request.matches(canonical))
        let hash = MessageDigest.digest(of: Array(canonical.utf8), by: .sha256).hexLowercase
        #expect(hash == vector.hashed_canonical_request)
        #expect(signer.stringToSign(call, stamp) == vector.string_to_sign)

        let request = signer.sign(call, stamp)
        var headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["authorization"] == vector.authorization)
        #expect(headers["host"] == nil, "the transport derives it from the URL")
        headers["host"] = vector.host
        #expect(headers == vector.headers)
        #expect(vector.authorization.hasSuffix("Signature=\(vector.signature)"))

        let origin = "https://\(vector.host)"
        #expect(request.url.hasPrefix(origin))
        let target = String(request.url.dropFirst(origin.count))
        #expect(
            target.drop { $0 == "/" || $0 == "?" }
                == canonical.split(separator: "\n", omittingEmptySubsequences: false)[2])
        if let sent = vector.sent_target.text {
            #expect(decodedPairs(String(target.dropFirst(2))) == decodedPairs(String(sent.dropFirst(2))))
        }
        #expect(vector.sent_body.matches(String(decoding: request.body, as: UTF8.self)))
    }
}
