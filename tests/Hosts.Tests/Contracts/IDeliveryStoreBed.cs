using Engagement.Core;
using Engagement.Core.Contracts;

namespace Hosts.Tests.Contracts;

/// <summary>What one test of a delivery store stands on: an implementation's storage and clock.</summary>
public interface IDeliveryStoreBed
{
    /// <summary>The store's time.</summary>
    Instant Now { get; }

    /// <summary>Before the first opening: nothing of another test is there.</summary>
    Task PrepareAsync();

    /// <summary>Opens the store, the same one each time within a test.</summary>
    ValueTask<IDeliveryStore> OpenAsync();

    /// <summary>Closes it so that it can be opened again.</summary>
    ValueTask CloseAsync(IDeliveryStore store);

    /// <summary>So much of the store's time passes.</summary>
    ValueTask PassAsync(TimeSpan time);

    /// <summary>Returns when every subscriber has heard what was said: at once, but where messages travel between nodes.</summary>
    Task QuietAsync();

    /// <summary>Every key and value that the store holds, as text; null where one place cannot tell.</summary>
    Task<string?> DumpAsync();

    /// <summary>After the last closing.</summary>
    Task RemoveAsync();
}
