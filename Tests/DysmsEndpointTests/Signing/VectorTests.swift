import NotificationGateway
import Testing

@testable import DysmsEndpoint

@Suite("A request of the official SDKs")
struct VectorTests {
    @Test("is understood, with just the parameters that were given", arguments: SDKRequest.files)
    func verifies(_ file: String) throws {
        let requests = try SDKRequest.all(file)
        #expect(requests.count >= 34)
        for request in requests {
            let call = try request.judge(request.received)
            #expect(call.action == request.action && call.nonce == request.nonce && call.timestamp == request.time)
            #expect(call.version == "2017-05-25" && call.key.id == request.access_key_id)
            for (name, value) in request.params {
                let read = try #require(call.parameters[name], "\(request.name): \(name)")
                guard let value = value.whole else { continue }
                #expect(Array(read.utf8) == Array(value.utf8), "\(request.name): \(name)")
            }
        }
    }

    @Test("is known by its parameters, also beside headers that the older SDKs send with signature 1.0")
    func olderSDK() throws {
        for request in try SDKRequest.all("aliyun-v1.json") {
            var received = request.received
            received.headers += [
                EndpointHeader("x-acs-action", "SendSms"), EndpointHeader("Authorization", "Basic eDp5"),
            ]
            #expect(request.verdict(on: received) == "OK", "\(request.name)")
        }
    }

    @Test("is refused when anything of it is changed", arguments: SDKRequest.files)
    func tampered(_ file: String) throws {
        for request in try SDKRequest.all(file) {
            var changed = request.received
            changed.query += changed.query.isEmpty ? "Added=1" : "&Added=1"
            #expect(request.verdict(on: changed) == "SignatureDoesNotMatch", "\(request.name)")
            changed = request.received
            changed.method = changed.method == "GET" ? "POST" : "GET"
            #expect(request.verdict(on: changed) == "SignatureDoesNotMatch", "\(request.name)")
            if !request.received.body.isEmpty {
                changed = request.received
                changed.body[changed.body.count - 4] ^= 1
                #expect(
                    ["SignatureDoesNotMatch", "InvalidParameter"].contains(request.verdict(on: changed)),
                    "\(request.name)")
            }
            #expect(request.verdict(on: request.received, secret: "another") == "SignatureDoesNotMatch")
            #expect(request.verdict(on: request.received, secret: request.access_key_secret + "&") != "OK")
        }
    }

    @Test("is refused when a parameter is taken away or stands twice", arguments: SDKRequest.files)
    func parameters(_ file: String) throws {
        for request in try SDKRequest.all(file) where request.received.body.isEmpty {
            let pairs = request.received.query.split(separator: "&").map(String.init)
            for place in pairs.indices {
                var changed = request.received
                changed.query = (pairs[..<place] + pairs[(place + 1)...]).joined(separator: "&")
                #expect(request.verdict(on: changed) != "OK", "\(request.name) without \(pairs[place])")
                changed.query = (pairs + [pairs[place]]).joined(separator: "&")
                #expect(request.verdict(on: changed) == "InvalidParameter", "\(request.name) twice \(pairs[place])")
            }
        }
    }

    @Test("is refused when a signed header is changed, or one of the vendor's own is added or not signed")
    func headers() throws {
        for request in try SDKRequest.all("aliyun-v3.json") {
            for place in request.received.headers.indices {
                var changed = request.received
                let name = changed.headers[place].name
                changed.headers[place].value += "1"
                #expect(request.verdict(on: changed) != "OK", "\(request.name): \(name)")
                changed.headers.remove(at: place)
                #expect(request.verdict(on: changed) != "OK", "\(request.name) without \(name)")
            }
            var changed = request.received
            changed.headers.append(EndpointHeader("X-Acs-Extra", "1"))
            #expect(request.verdict(on: changed) == "IncompleteSignature")
            changed = request.received
            changed.headers.append(EndpointHeader("accept-language", "zh"))
            #expect(request.verdict(on: changed) == "OK", "\(request.name)")
        }
    }

    @Test("is good for fifteen minutes on both sides of its time", arguments: SDKRequest.files)
    func window(_ file: String) throws {
        let request = try #require(try SDKRequest.all(file).first)
        for seconds: Int64 in [-900, 0, 900] {
            #expect(request.verdict(on: request.received, secondsLater: seconds) == "OK")
        }
        for seconds: Int64 in [-901, 901, .max, .min] {
            #expect(request.verdict(on: request.received, secondsLater: seconds) == "InvalidTimeStamp.Expired")
        }
    }
}
