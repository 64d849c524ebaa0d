import Glibc
import NotificationGateway
import Synchronization

/// Finds what was written, by reading the file and its rotated predecessors from their ends.
///
/// A line counts as delivered: the file is where it was to go. Without `reveal` a file holds masked addresses, which many
/// recipients share; its records are found by their reference alone.
struct FileStatusLookup: StatusLookup {
    /// More requests of one message are not worth a person's while.
    static let mostRecords = 1_000

    let path: String
    let kept: Int
    let clock: any GatewayClock

    /// The file is its own truth, and a line is in it before the sender hears of it.
    var settlingTime: Duration? { .zero }
    var findsByReferenceAlone: Bool { true }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        let search = Search(path: path, kept: kept, clock: clock, query: query)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(StorageFault) {
                    // Reading may take long: not on the threads that run everybody's tasks.
                    try BlockingThread.start { continuation.resume(returning: search.run()) }
                } catch {
                    continuation.resume(returning: .failure(error.providerError))
                }
            }
        } onCancel: {
            search.cancel()
        }
        return try result.get()
    }

    /// What a search has found.
    private struct Found {
        let reference: String?
        /// Of the very request: looked for to the end, however many others there are.
        private(set) var exact: [StatusRecord] = []
        /// Of requests whose reference begins with the one that is looked for, or of any where none is named.
        private(set) var others: [StatusRecord] = []

        init(reference: String?) { self.reference = reference }

        var isProof: Bool { reference == nil ? !others.isEmpty : !exact.isEmpty }

        var isEnough: Bool {
            others.count >= FileStatusLookup.mostRecords && (reference == nil || !exact.isEmpty)
        }

        mutating func add(_ records: [StatusRecord]) {
            for record in records {
                if let reference, record.reference == reference {
                    exact.append(record)
                } else if others.count < FileStatusLookup.mostRecords {
                    others.append(record)
                }
            }
        }
    }

    /// One search: runs on a thread of its own.
    private final class Search: Sendable {
        let path: String
        let kept: Int
        let clock: any GatewayClock
        let query: StatusQuery
        let filter: RecordFilter
        private let isCancelled = Atomic<Bool>(false)

        init(path: String, kept: Int, clock: any GatewayClock, query: StatusQuery) {
            self.path = path
            self.kept = kept
            self.clock = clock
            self.query = query
            filter = RecordFilter(query)
        }

        func cancel() { isCancelled.store(true, ordering: .relaxed) }

        func run() -> Result<[StatusRecord], ProviderError> {
            var found = Found(reference: query.reference)
            var seen: Set<UInt64> = []
            do throws(ProviderError) {
                // Upwards, as rotation moves files: one that moves on meanwhile is met twice rather than missed.
                for number in 0...(kept + 1) {
                    try read(number == 0 ? path : "\(path).\(number)", &seen, &found)
                }
                return .success(found.exact + found.others)
            } catch {
                return .failure(error)
            }
        }

        private func read(
            _ path: String, _ seen: inout Set<UInt64>, _ found: inout Found
        ) throws(ProviderError) {
            do throws(StorageFault) {
                guard var lines = try BackwardLines.open(path), seen.insert(lines.identity).inserted else { return }
                var count = 0
                while !found.isEnough, let line = try lines.next() {
                    count += 1
                    if count % 64 == 0 { guard stopReason == nil else { break } }
                    found.add(filter.records(in: line))
                }
            } catch {
                throw ProviderError(.storageFailed, .rejected, message: error.providerError.message)
            }
            // What was found is proof, however much is left unread; what was not found is none.
            if !found.isProof, let stopReason { throw stopReason }
        }

        private var stopReason: ProviderError? {
            if isCancelled.load(ordering: .relaxed) {
                return ProviderError(.cancelled, .rejected, message: "cancelled while searching '\(path)'")
            }
            guard clock.now >= query.deadline else { return nil }
            return ProviderError(.timedOut, .rejected, message: "no time was left to search '\(path)' to its end")
        }
    }
}
