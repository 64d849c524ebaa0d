import Foundation
import GatewayOutbox
import ProcessSupport
import Testing

@Suite("The states of an entry")
struct EntryStateTests {
    /// The table as docs/outbox.md shows it.
    private static var markdown: String {
        "| state | exits |\n| --- | --- |\n"
            + EntryState.allCases.map { state in
                let exits = EntryEvent.allCases.compactMap { event in
                    state.after(event).map { "\(event.rawValue) → `\($0.rawValue)`" }
                }
                return "| `\(state.rawValue)` | \(exits.isEmpty ? "none" : exits.joined(separator: ", ")) |\n"
            }.joined()
    }

    @Test("stand in the document with every exit")
    func document() throws {
        let page = try read(projectFolder.appendingPathComponent("docs/outbox.md").path)
        #expect(page.contains(Self.markdown), "put this table into docs/outbox.md:\n\(Self.markdown)")
    }

    @Test("can all be reached from a new entry, and each event has an effect somewhere")
    func reachable() {
        var reached: Set<EntryState> = [.queued, .scheduled]
        for _ in EntryState.allCases {
            reached.formUnion(reached.flatMap { state in EntryEvent.allCases.compactMap(state.after) })
        }
        #expect(reached == Set(EntryState.allCases))
        for event in EntryEvent.allCases { #expect(EntryState.allCases.contains { $0.after(event) != nil }) }
    }

    @Test("let nothing be sent again that a vendor may have taken")
    func never() {
        for state in EntryState.allCases where !state.isTakable && state != .sending && state != .dead {
            for event in EntryEvent.allCases { #expect(state.after(event)?.isTakable != true) }
        }
        for state in EntryState.allCases where !state.isTakable { #expect(state.after(.taken) == nil) }
    }
}
