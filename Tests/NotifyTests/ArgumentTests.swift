import Foundation
import NotificationGateway
import Testing

@testable import notify

@Suite("Arguments")
struct ArgumentTests {
    @Test(
        "name what stands only once at most once",
        arguments: [
            ["send", "--id", "a", "--id", "b"], ["send", "--id=a", "--id=a"], ["send", "--id=a", "--id", "b"],
            ["check", "--config", "a", "--json", "--config", "b"], ["query", "--to", "1", "--to", "2"],
        ])
    func twice(_ arguments: [String]) {
        #expect(throws: CommandFailure.self) { try Arguments.refuseRepeated(arguments) }
    }

    @Test(
        "may repeat what means the same twice, or takes a list",
        arguments: [
            ["send", "--to", "1", "--to", "2", "--tag", "a", "--tag", "b", "--param", "a=1", "--param", "b=2"],
            ["send", "--json", "--json", "--id", "--json"], ["send", "--id", "a", "--", "--id", "b"],
            ["sandbox", "--account", "a:b", "--account", "c:d"], [], ["--help", "--help"],
        ])
    func manyTimes(_ arguments: [String]) {
        #expect(throws: Never.self) { try Arguments.refuseRepeated(arguments) }
    }
}
