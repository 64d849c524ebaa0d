import Foundation
import GatewayOutbox
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

@testable import GatewayServer

@Suite("The OpenAPI document")
struct OpenAPITests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/openapi.json")

    @Test("is docs/openapi.json; UPDATE_OPENAPI=1 writes it")
    func kept() throws {
        let text = OpenAPIDocument.value.indented
        if ProcessInfo.processInfo.environment["UPDATE_OPENAPI"] != nil {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == text)
        #expect(try JSONValue(parsing: Array(text.utf8)) == OpenAPIDocument.value)
    }

    @Test("every reference in it leads somewhere, and names stand once")
    func references() throws {
        var names: Set<String> = []
        func walk(_ value: JSONValue) {
            switch value {
            case .array(let elements): elements.forEach(walk)
            case .object(let members):
                for member in members {
                    if member.name == "$ref", let reference = member.value.string {
                        #expect(OpenAPIDocument.value.at(String(reference.dropFirst(2))) != nil, "\(reference)")
                    }
                    if member.name == "operationId" { #expect(names.insert(member.value.string ?? "").inserted) }
                    walk(member.value)
                }
            default: break
            }
        }
        walk(OpenAPIDocument.value)
        #expect(names.count == 12)
    }

    /// The answers that a path's operation may give, by status.
    private func responses(_ method: String, _ target: String) -> JSONValue? {
        let path = String(target.prefix { $0 != "?" })
        let endpoint = Destination(path: path)?.endpoint
        guard case .object(let paths)? = OpenAPIDocument.value["paths"] else { return nil }
        return paths.first { $0.name == endpoint?.rawValue }?.value[method.lowercased()]?["responses"]
    }

    /// What of an answer is not in the document.
    private func faults(_ answer: RawClient.Answer, _ method: String, _ target: String) throws -> [String] {
        let check = SchemaCheck(document: OpenAPIDocument.value)
        guard var response = responses(method, target)?[String(answer.status)] else {
            return ["\(method) \(target): status \(answer.status)"]
        }
        if let reference = response["$ref"]?.string { response = check.resolve(reference) }
        let type = String((answer.headers["content-type"] ?? "").prefix { $0 != ";" })
        guard case .object(let contents)? = response["content"],
            let schema = contents.first(where: { $0.name == type })?.value["schema"]
        else { return ["\(method) \(target): \(answer.status) \(type)"] }
        let value = type == "text/plain" ? JSONValue.string(answer.text) : try answer.json()
        return check.faults(value, schema).map { "\(method) \(target) \(answer.status) \($0)" }
    }

    @Test("tells the truth about every path's good and bad answers")
    func truth() async throws {
        var setup = ServerFixture.Setup()
        setup.provider = RecordingProvider([
            .accept, .fail(ProviderError(.insufficientBalance, .rejected, vendorCode: "isv.X", message: "no money")),
        ])
        setup.grants = [.init(scopes: [.admin]), .init(scopes: [.send], rate: Rate(1, per: .seconds(86_400)))]
        try await ServerFixture.run(setup) { server in
            let later =
                #"{"id":"later","to":"13800138000","text":"x","send_at":"2199-01-01T00:00:00Z","locale":"zh-CN"}"#
            let requests: [(String, String, String?)] = [
                ("POST", "/v1/messages?wait=30s", ServerFixture.code), ("POST", "/v1/messages", later),
                ("POST", "/v1/messages?wait=200ms", #"{"id":"m2","to":["13800138000"],"text":"x"}"#),
                (
                    "POST", "/v1/messages",
                    #"{"messages":[{"to":"13800138000","text":"x"},{"id":"later","to":"13800138000","text":"y"}]}"#
                ),
                ("POST", "/v1/messages", "{"), ("POST", "/v1/messages", "{}"), ("POST", "/v1/messages?wait=1y", "{}"),
                ("POST", "/v1/messages", #"{"id":"m1","to":"13800138000","text":"other"}"#),
                ("GET", "/v1/messages/m1", nil), ("GET", "/v1/messages/m2", nil), ("GET", "/v1/messages/nobody", nil),
                ("GET", "/v1/messages?limit=1", nil), ("GET", "/v1/messages?limit=x", nil), ("GET", "/v1/outbox", nil),
                ("POST", "/v1/messages/later/requeue", nil), ("POST", "/v1/messages/later/cancel", nil),
                ("POST", "/v1/messages/m1/cancel", nil), ("POST", "/v1/messages/nobody/cancel", nil),
                ("POST", "/v1/explain", ServerFixture.code),
                ("POST", "/v1/explain", #"{"to":["+12025550123","12"],"channel":"voice","text":"x"}"#),
                ("GET", "/v1/providers", nil), ("GET", "/metrics", nil), ("GET", "/healthz", nil),
                ("GET", "/readyz", nil), ("GET", "/openapi.json", nil), ("GET", "/healthz?x=1", nil),
            ]
            for (method, target, body) in requests {
                for key in [server.keys[0], server.keys[1], nil] {
                    let answer = try await server.ask(method, target, body, key: key)
                    #expect(try faults(answer, method, target) == [])
                }
            }
        }
    }

    @Test("its examples of a message are those that the reader takes")
    func messages() throws {
        let check = SchemaCheck(document: OpenAPIDocument.value)
        let schema = check.resolve("#/components/schemas/Message")
        let rows: [(String, Bool)] = [
            (ServerFixture.code, true), (#"{"to":["1"],"text":"x","tags":[]}"#, true), (#"{"to":"1"}"#, false),
            (#"{"to":"1","text":"x","template":"y"}"#, false), (#"{"to":[],"text":"x"}"#, false),
            (#"{"to":"1","text":"x","colour":1}"#, false), (#"{"to":"1","text":""}"#, false),
        ]
        for (text, isRight) in rows {
            let value = try JSONValue(parsing: Array(text.utf8))
            #expect(check.faults(value, schema).isEmpty == isRight, "\(text)")
            #expect(((try? MessageReader.messages(in: value)) != nil) == isRight, "\(text)")
        }
    }
}
