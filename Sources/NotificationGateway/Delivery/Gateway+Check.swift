extension Gateway {
    /// Finds what is wrong with a message itself, without a look at any provider or limit: its template, values, addresses and
    /// route.
    ///
    /// - Returns: a result with its error for each distinct recipient whom the message could not reach; none where all is well.
    public func check(_ message: Message) -> [RecipientResult] {
        planner.prepare(message, random: services.random, timeLeft: timeLeft(message)).results
            .filter { $0.error != nil }
    }
}
