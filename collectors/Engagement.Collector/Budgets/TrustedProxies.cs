using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Engagement.Collector.Budgets;

/// <summary>Proxies that are believed when they say, in <c>X-Forwarded-For</c>, whose request it is. Of anybody else the header is not looked at.</summary>
public static class TrustedProxies
{
    /// <summary>False where an entry is neither an address nor a network such as <c>10.0.0.0/8</c>; then <paramref name="fault"/> is that entry.</summary>
    public static bool TryParse(string list, out IReadOnlyList<IPNetwork> networks, out string? fault)
    {
        var read = new List<IPNetwork>();
        (networks, fault) = (read, null);
        foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(entry, out var network)) read.Add(network);
            else if (IPAddress.TryParse(entry, out var address)) read.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else fault ??= entry;
        }
        return fault is null;
    }

    /// <summary>From now on a request's remote address is the last one of the header that none of these proxies has.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, IReadOnlyList<IPNetwork> networks)
    {
        if (networks.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
