using System.Collections.Concurrent;
using System.Text;
using Engagement.Core;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Engagement.Collector.Bots;

/// <summary>
/// Whether a request's own user agent is a known bot's. A server's says nothing of the visitor it sends for, so only browsers' requests are asked, and not
/// those under a key that the site gives to a server. A user agent is remembered by a hash that begins anew with the process, and never written
/// anywhere. Thread-safe.
/// </summary>
internal sealed partial class BotPolicy
{
    private readonly KnownBots _bots;
    private readonly ConcurrentDictionary<(int Seeded, ulong Hash), bool> _seen = new();
    private readonly bool _isAsked;
    private int _seenCount;

    public BotPolicy(KnownBots bots, CollectorOptions options, ILogger<BotPolicy> logger)
    {
        (_bots, _isAsked) = (bots, options.SetsBotsApart);
        if (bots.Count == 0) LogNone(logger);
    }

    /// <summary>The demo's pages are visited by drivers of browsers, which are bots by name; its keys are let in.</summary>
    public bool IsBot(HttpRequest request, SiteKey key) =>
        _isAsked && key is { IsDemo: false, Sender: KeySender.Browser } && IsBrowsers(request) && IsBot(request.Headers.UserAgent.ToString());

    public bool IsBot(string userAgent)
    {
        if (userAgent.Length == 0) return false;
        if (userAgent.Length > Limits.UserAgentCharsMax) userAgent = userAgent[..Limits.UserAgentCharsMax];
        // The first half is seeded by the process: nobody outside can make one user agent pass for another.
        var hash = (string.GetHashCode(userAgent, StringComparison.Ordinal), Identifiers.Hash64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(userAgent.AsSpan())));
        if (_seen.TryGetValue(hash, out var isBot)) return isBot;
        isBot = _bots.Holds(userAgent);
        if (Interlocked.Increment(ref _seenCount) > Limits.UserAgentsMax)
        {
            _seen.Clear();
            Volatile.Write(ref _seenCount, 1);
        }
        _seen[hash] = isBot;
        return isBot;
    }

    /// <summary>Whether the request is made by a page or an image of one: those say where they come from or how they were made, or have no body.</summary>
    private static bool IsBrowsers(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || OriginPolicy.OriginOf(request) is not null || request.Headers.ContainsKey("Sec-Fetch-Site");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "This build has no list of known bots (npm was not there when it was built): none is known by its name.")]
    private static partial void LogNone(ILogger logger);
}
