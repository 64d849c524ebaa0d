import NotificationGateway

/// Reads a route's `policy:`.
struct PolicyReader {
    let values: ValueReader

    func read(_ route: MappingReader) -> [PolicyOverride] {
        guard let node = route["policy"], let reader = MappingReader(node, FileShape.policy, values) else { return [] }
        return FileShape.reasons.flatMap { reason in
            reader[reason.rawValue].map { overrides(reason, $0) } ?? []
        }
    }

    /// One step is for a message that was surely not taken; a mapping names both cases.
    private func overrides(_ reason: Reason, _ node: YAMLNode) -> [PolicyOverride] {
        guard case .mapping = node.content else {
            return step(node, reason, .rejected).map { [PolicyOverride(reason, step: $0)] } ?? []
        }
        guard let reader = MappingReader(node, FileShape.policySteps, values) else { return [] }
        return [Acceptance.rejected, .unknown].compactMap { acceptance in
            guard let node = reader[acceptance.rawValue], let step = step(node, reason, acceptance) else { return nil }
            return PolicyOverride(reason, acceptance: acceptance, step: step)
        }
    }

    private func step(_ node: YAMLNode, _ reason: Reason, _ acceptance: Acceptance) -> FallbackPolicy.Step? {
        guard node.text != FallbackPolicy.Step.reconcile.rawValue || acceptance == .unknown else {
            values.report.error(
                node.place,
                "'\(reason.rawValue)': there is nothing to reconcile when the message was surely not taken; "
                    + "write { unknown: reconcile }, or another step")
            return nil
        }
        let steps = FileShape.steps(after: acceptance).map(\.rawValue)
        guard case .string(let word)? = values.value(node, of: OptionField(reason.rawValue, .choice(steps), help: ""))
        else { return nil }
        return FallbackPolicy.Step(rawValue: word)
    }
}
