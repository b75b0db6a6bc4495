namespace Aigc.Inference.Chain.Flights;

/// <summary>The pictures on their way, by name: at most one flight each. Safe for many threads.</summary>
/// <param name="time">The clock.</param>
internal sealed class FlightRegistry(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PictureFlight> _flights = new(StringComparer.Ordinal);
    private readonly HashSet<PictureFlight> _begun = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _flights.Count;
        }
    }

    /// <summary>Holds the flights of some pictures; those that were not there are the caller's to begin or abandon.</summary>
    public IReadOnlyList<(PictureFlight Flight, bool IsNew)> Join(IReadOnlyList<FlightOrder> orders)
    {
        var joined = new List<(PictureFlight, bool)>(orders.Count);
        lock (_gate)
        {
            foreach (var order in orders)
            {
                var isNew = !_flights.TryGetValue(order.Name, out var flight);
                if (isNew)
                    _flights[order.Name] = flight = new PictureFlight(order, time);
                flight!.Holders++;
                joined.Add((flight, isNew));
            }
        }

        return joined;
    }

    /// <summary>Lets a flight go; the last to leave cancels it.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="discarded">Whether whoever leaves will not ask for the picture again.</param>
    public void Leave(PictureFlight flight, bool discarded)
    {
        lock (_gate)
        {
            flight.MayBeResumed |= !discarded;
            if (--flight.Holders > 0)
                return;
            Remove(flight);
        }

        if (!flight.Made.IsCompleted)
            flight.Cancel();
    }

    /// <summary>Takes a flight out that has ended: whoever asks from now on looks in the store.</summary>
    public void End(PictureFlight flight)
    {
        lock (_gate)
            Remove(flight);
    }

    /// <summary>Notes a flight that holds a model and computes from now on, whoever still wants it.</summary>
    public void Begin(PictureFlight flight)
    {
        lock (_gate)
            _begun.Add(flight);
    }

    /// <summary>Notes that nothing of a flight runs any more.</summary>
    public void Land(PictureFlight flight)
    {
        lock (_gate)
            _begun.Remove(flight);
        flight.Land();
    }

    /// <summary>Waits until nothing runs any more of the flights that were begun.</summary>
    public Task WhenLandedAsync()
    {
        lock (_gate)
            return Task.WhenAll(_begun.Select(static flight => flight.Landed));
    }

    private void Remove(PictureFlight flight)
    {
        if (_flights.TryGetValue(flight.Order.Name, out var there) && there == flight)
            _flights.Remove(flight.Order.Name);
    }
}
