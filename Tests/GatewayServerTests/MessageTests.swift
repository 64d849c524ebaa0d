import GatewayOutbox
import GatewayServer
import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

@Suite("Messages")
struct MessageTests {
    @Test("a message is kept, answered 202, and found under its location")
    func submits() async throws {
        var setup = ServerFixture.Setup()
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            let answer = try await server.submit()
            #expect(answer.status == 202 && answer.headers["location"] == "/v1/messages/m1")
            #expect(try answer.json()["id"] == .string("m1") && (try answer.json()["state"]) == .string("queued"))
            let entry = try #require(try await server.store.entry("m1"))
            #expect(entry.category == .verification && entry.tenant == "default")
            let found = try await server.ask("GET", "/v1/messages/m1")
            #expect(found.status == 200)
            let document = try found.json()
            #expect(document.at("recipients/0/to") == .string("13800138000"))
            #expect(document["template"] == .string("login-code") && document["category"] == .string("verification"))
            #expect(!found.text.contains("271828"))
        }
    }

    @Test("?wait answers 200 with the outcome as soon as there is one")
    func waits() async throws {
        try await ServerFixture.run { server in
            let answer = try await server.submit(ServerFixture.code, "?wait=30s")
            #expect(answer.status == 200)
            let document = try answer.json()
            #expect(document["state"] == .string("accepted"))
            #expect(document.at("recipients/0/outcome") == .string("accepted"))
            #expect(document.at("recipients/0/to") == .string("+8613800138000"))
            #expect(document.at("attempts/0/provider") == .string("recorder"))
        }
    }

    @Test("?wait answers 202 when its time is over before")
    func waitsInVain() async throws {
        var setup = ServerFixture.Setup()
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            let answer = try await server.submit(ServerFixture.code, "?wait=50ms")
            #expect(answer.status == 202)
            #expect(try await server.submit(ServerFixture.code, "?wait=61s").status == 400)
            #expect(try await server.submit(ServerFixture.code, "?wait=x").status == 400)
        }
    }

    @Test("a time that cannot be counted is refused, and does not become another", arguments: ["send_at", "expires"])
    func distant(_ member: String) async throws {
        try await ServerFixture.run { server in
            let message = #"{"to":"13800138000","text":"hi","\#(member)":"2300-01-01T00:00:00Z"}"#
            let answer = try await server.submit(message)
            #expect(try answer.status == 422 && answer.json().at("errors/0/pointer") == .string("/\(member)"))
            #expect(try await server.ask("GET", "/v1/messages?before=2300-01-01T00:00:00Z").status == 400)
        }
    }

    @Test("a message for later is scheduled, can be cancelled, and then not sent")
    func cancels() async throws {
        try await ServerFixture.run { server in
            let later = #"{"id":"a/b ü","to":["13800138000"],"text":"hi","send_at":"2199-01-01T00:00:00Z"}"#
            let answer = try await server.submit(later)
            #expect(try answer.json()["state"] == .string("scheduled"))
            #expect(answer.headers["location"] == "/v1/messages/a%2Fb%20%C3%BC")
            let cancelled = try await server.ask("POST", "/v1/messages/a%2Fb%20%C3%BC/cancel")
            #expect(try cancelled.status == 200 && (cancelled.json()["state"]) == .string("cancelled"))
            #expect(try await server.ask("POST", "/v1/messages/a%2Fb%20%C3%BC/cancel").status == 200)
            let requeued = try await server.ask("POST", "/v1/messages/a%2Fb%20%C3%BC/requeue")
            #expect(try requeued.status == 409 && (requeued.json()["detail"]?.string?.contains("cancelled")) == true)
            #expect(server.provider.requests.isEmpty)
        }
    }

    @Test("a message that surely cannot be sent is refused with the place of each fault, and not kept")
    func refuses() async throws {
        try await ServerFixture.run { server in
            for (body, pointer) in [
                (#"{"to":"13800138000","template":"other"}"#, "/template"),
                (#"{"to":"13800138000","template":"login-code"}"#, "/parameters"),
                (#"{"to":"13800138000","template":"login-code","parameters":{"code":"x"}}"#, "/parameters"),
                (#"{"to":["13800138000","12"],"template":"order-sent"}"#, "/to/1"),
                (#"{"to":"x@example.com","channel":"email","text":"hi"}"#, "/to"),
                (#"{"to":"13800138000","text":"hi","expires":"2020-01-01T00:00:00Z"}"#, "/expires"),
                (#"{"messages":[{"to":"1","text":"hi"},{"to":"13800138000","text":"hi"}]}"#, "/messages/0/to"),
            ] {
                let answer = try await server.submit(body)
                #expect(answer.status == 422, "\(body)")
                #expect(try answer.json().at("errors/0/pointer") == .string(pointer), "\(answer.text)")
                #expect(!answer.text.contains("13800138000"))
            }
            #expect(try await server.store.counts().isEmpty)
        }
    }

    @Test("a message of a wrong form is refused with all its faults")
    func form() async throws {
        try await ServerFixture.run { server in
            let body = #"""
                {"to":[],"template":"a","text":"b","colour":"red","tags":[1],"locale":"?","deadline":"soon",
                "expires":"tomorrow","category":"spam","channel":"smoke","id":""}
                """#
            let answer = try await server.submit(body)
            #expect(answer.status == 422)
            let pointers = try answer.json()["errors"]?.array?.compactMap { $0["pointer"]?.string }
            #expect(
                Set(pointers ?? []) == [
                    "/to", "", "/colour", "/tags/0", "/locale", "/deadline", "/expires", "/category", "/channel", "/id",
                ])
            for body in ["[]", "1", "null", #"{"messages":[]}"#, #"{"messages":[1]}"#, #"{"messages":[{}],"to":"1"}"#] {
                #expect(try await server.submit(body).status == 422, "\(body)")
            }
            let nul = #"{"to":"13800138000","text":"a\u0000b"}"#
            #expect(try await server.submit(nul).json().at("errors/0/pointer") == .string("/text"))
        }
    }

    @Test("a batch is kept whole, each message with an answer of its own")
    func batch() async throws {
        try await ServerFixture.run { server in
            _ = try await server.submit(#"{"id":"taken","to":"13800138000","text":"first"}"#)
            let batch = #"""
                {"messages":[{"id":"a","to":"13800138000","text":"hi"},{"id":"taken","to":"13800138000","text":"hi"}]}
                """#
            let answer = try await server.submit(batch)
            #expect(answer.status == 202)
            #expect(try answer.json().at("messages/0/id") == .string("a"))
            #expect(try answer.json().at("messages/1/problem/status") == .number("409"))
        }
    }

    @Test("messages are listed page by page, and by what they are")
    func lists() async throws {
        var setup = ServerFixture.Setup()
        setup.sends = false
        try await ServerFixture.run(setup) { server in
            for number in 1...5 {
                let tag = number % 2 == 0 ? "even" : "odd"
                _ = try await server.submit(
                    #"{"id":"m\#(number)","to":"13800138000","text":"hi","tags":["\#(tag)"]}"#)
            }
            var ids: [String] = []
            var target = "/v1/messages?limit=2&order=oldest"
            while true {
                let page = try await server.ask("GET", target).json()
                ids += page["messages"]?.array?.compactMap { $0["id"]?.string } ?? []
                guard let cursor = page["next_cursor"]?.string else { break }
                target = "/v1/messages?limit=2&order=oldest&cursor=\(cursor)"
            }
            #expect(ids == ["m1", "m2", "m3", "m4", "m5"])
            let even = try await server.ask("GET", "/v1/messages?tag=even&state=queued&category=notification").json()
            #expect(even["messages"]?.array?.count == 2)
            for query in [
                "limit=0", "limit=501", "state=lost", "from=now", "cursor=x", "colour=red", "tag=a&tag=b", "tag=%ff",
            ] {
                #expect(try await server.ask("GET", "/v1/messages?\(query)").status == 400, "\(query)")
            }
            let counts = try await server.ask("GET", "/v1/outbox").json()
            #expect(counts.at("states/queued") == .number("5") && counts.at("states/dead") == .number("0"))
        }
    }

    @Test("a message is explained, and nothing sent")
    func explains() async throws {
        try await ServerFixture.run { server in
            let answer = try await server.ask("POST", "/v1/explain", ServerFixture.code)
            #expect(try answer.status == 200 && (answer.json().at("batches/0/rule")) == .string("codes"))
            #expect(server.provider.requests.isEmpty)
            let providers = try await server.ask("GET", "/v1/providers").json()
            #expect(providers.at("providers/0/provider") == .string("recorder"))
            #expect(providers.at("providers/0/healthy") == .boolean(true))
        }
    }
}
