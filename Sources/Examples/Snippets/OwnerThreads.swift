import CurlTransport

func sendOnTheTransportsThread() async {
    let transport = CurlTransport(CurlTransportOptions(ownerThreads: 2))
    await withTaskExecutorPreference(transport.executor) {
        // Messages that are sent here stay on that thread.
    }
}
