/// What a batch would send, were each of its requests taken: the same decisions, requests and numbers as in a live send, and
/// no provider is asked.
extension BatchDriver {
    struct Rehearsal: Sendable {
        var endings: [Ending] = []
        var requests: [PlannedRequest] = []
    }

    /// Goes through a batch; time stands still at `now`, because nothing is waited for.
    func rehearse(_ batch: Piece, now: MonotonicTime) -> Rehearsal {
        var rehearsal = Rehearsal()
        var waiting = [batch]
        while let piece = nextPiece(of: &waiting, now: now) {
            waiting += rehearse(piece, now: now, &rehearsal)
        }
        return rehearsal
    }

    /// Goes as far as the recipients travel together, and returns what goes on by itself.
    private func rehearse(
        _ piece: consuming Piece, now: MonotonicTime, _ rehearsal: inout Rehearsal
    ) -> [Piece] {
        var ending = Ending(places: piece.places, outcome: .dryRun)
        while true {
            switch piece.action {
            case .finish(let outcome):
                ending.outcome = outcome == .accepted ? .dryRun : outcome
                rehearsal.endings.append(ending)
                return []
            case .pause(_, let candidate, let attempt):
                piece.action = .send(candidate: candidate, attempt: attempt)
            case .ask: piece.action = piece.machine.reconciled(.unsettled, now: now).action
            case .narrow(let candidate, let attempt):
                piece.action = .send(candidate: candidate, attempt: attempt)
                return piece.halves
            case .send(let candidate, let attempt):
                if piece.count > chunkSize(candidate) { return [piece] }
                do throws(ProviderError) {
                    rehearsal.requests.append(
                        try preview(
                            candidate, attempt, piece, now, &ending))
                    piece.action = piece.machine.accepted().action
                } catch {
                    ending.error.value = error
                    let canAsk = candidates[candidate].provider.statusLookup != nil
                    piece.action =
                        piece.machine.failed(error, recipients: piece.count, now: now, canAsk: canAsk, bits: 0).action
                }
            }
        }
    }

    private func preview(
        _ candidate: Int, _ attempt: Int, _ piece: borrowing Piece, _ now: MonotonicTime, _ ending: inout Ending
    ) throws(ProviderError) -> PlannedRequest {
        let provider = candidates[candidate]
        // A request that is refused before it is made has a number too, as in a live send.
        let number = message.nextRequestNumber()
        let reference = Self.reference(message.id, number)
        ending.provider = provider.name
        let request = try self.request(
            provider, attempt, piece.recipients, piece.places, reference, now, piece.machine.shareEnd)
        let preview = try provider.provider.preview(request)
        ending.error.value = nil
        return PlannedRequest(
            provider: provider.name, number: number, reference: reference, recipients: piece.recipients.count,
            preview: preview)
    }
}
