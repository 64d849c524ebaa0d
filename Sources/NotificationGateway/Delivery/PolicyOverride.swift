/// A step of one route that differs from the standard policy.
public struct PolicyOverride: Sendable, Hashable {
    /// For which reason.
    public var reason: Reason
    /// For which acceptance: `rejected` or `unknown`.
    public var acceptance: Acceptance
    /// The step instead.
    public var step: FallbackPolicy.Step

    /// Describes an override.
    public init(_ reason: Reason, acceptance: Acceptance = .rejected, step: FallbackPolicy.Step) {
        self.reason = reason
        self.acceptance = acceptance
        self.step = step
    }
}
