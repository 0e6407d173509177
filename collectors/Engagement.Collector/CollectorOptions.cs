using System.ComponentModel.DataAnnotations;

namespace Engagement.Collector;

/// <summary>What a collector may be told. Bounds of events and requests stand in <see cref="Core.Limits"/>.</summary>
public sealed record CollectorOptions
{
    /// <summary>Events a second that one key may send, over time. 1 to 10,000,000; default 200,000: a bound against floods, not a tariff.</summary>
    [Range(1, 10_000_000)]
    public int EventsPerSecondMax { get; init; } = 200_000;

    /// <summary>Events that one key may send at once after a pause. At least one full request's; default 400,000.</summary>
    [Range(Core.Limits.RequestEventsMax, 100_000_000)]
    public int EventsBurstMax { get; init; } = 400_000;

    /// <summary>
    /// Requests a second of one address (IPv6: of one /64), over time. 1 to 1,000,000; default 500: some thousands of people behind one address, each of whose
    /// pages sends every few seconds. Keys that a site gives to its server are not bound by it.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AddressRequestsPerSecondMax { get; init; } = 500;

    /// <summary>Requests of one address at once after a pause. 1 to 10,000,000; default 5,000.</summary>
    [Range(1, 10_000_000)]
    public int AddressRequestsBurstMax { get; init; } = 5_000;

    /// <summary>Events a second of one visitor, over time. 1 to 1,000,000; default 100: far above a person, below a loop in a page's script.</summary>
    [Range(1, 1_000_000)]
    public int VisitorEventsPerSecondMax { get; init; } = 100;

    /// <summary>Events of one visitor at once after a pause, such as a queue that a phone sends late. At least one full request's; default 5,000.</summary>
    [Range(Core.Limits.RequestEventsMax, 10_000_000)]
    public int VisitorEventsBurstMax { get; init; } = 5_000;

    /// <summary>Whether events of known bots, and of visitors faster than anybody can be, are counted and set apart. Default true; false where all traffic is a test's.</summary>
    public bool SetsBotsApart { get; init; } = true;

    /// <summary>How long a visitor's token is good for, 5 min to 7 days. Default 24 h: longer than any session, shorter than the visitor's patience with state.</summary>
    public TimeSpan VisitorTokenLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Throws <see cref="ValidationException"/> with what is allowed, all faults at once.</summary>
    public void Validate()
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true);
        if (VisitorTokenLifetime < TimeSpan.FromMinutes(5) || VisitorTokenLifetime > TimeSpan.FromDays(7))
        {
            faults.Add(new ValidationResult($"{nameof(VisitorTokenLifetime)}: allowed: 5 min to 7 days"));
        }
        if (faults.Count > 0) throw new ValidationException(string.Join("; ", faults.Select(f => f.ErrorMessage)));
    }
}
