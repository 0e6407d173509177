using System.Text;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector;

/// <summary>
/// Who is let in: an event that is refused here leaves no trace but a count. A site that is off keeps nothing, and is answered as if all were well,
/// so that no page of it breaks while it is off. Stateless.
/// </summary>
internal static class DoorPolicy
{
    public const string SiteOff = "site_off";
    public const string ConsentRefused = "consent_refused";
    public const string NoConsent = "no_consent";
    public const string PageNeverRead = "page_never_read";

    /// <summary>The site lists the pages it reads, and this is none.</summary>
    public const string PageNotTaken = "page_not_taken";

    /// <summary>The site's lists leave this type out.</summary>
    public const string TypeNotTaken = "type_not_taken";

    /// <summary>The user agent is a known bot's, or the sender says so.</summary>
    public const string KnownBot = "known_bot";

    /// <summary>Nobody is so fast.</summary>
    public const string NotHuman = "not_human";

    /// <summary>The cause of a refusal; null when the event may come in. Hot.</summary>
    public static string? CauseOf(SiteModel site, in VisitorEvent e)
    {
        if (site.Mode == SiteMode.Off) return SiteOff;
        if ((e.Privacy & PrivacySignals.ConsentRefused) != 0) return ConsentRefused;
        if (site.Consent == ConsentRule.Required && (e.Privacy & PrivacySignals.ConsentGiven) == 0) return NoConsent;
        if ((e.Privacy & PrivacySignals.NotHuman) != 0) return KnownBot;
        if (!site.Door.TakesType(e)) return TypeNotTaken;
        if (site.PagesNeverRead.IsEmpty && site.PagesOnlyRead.IsEmpty) return null;
        var path = PathOf(e.PageUrl);
        if (BeginsWithOne(path, site.PagesNeverRead)) return PageNeverRead;
        return !site.PagesOnlyRead.IsEmpty && !e.PageUrl.IsEmpty && !BeginsWithOne(path, site.PagesOnlyRead) ? PageNotTaken : null;
    }

    /// <summary>
    /// Whether a masked copy of an event that could not be read may be kept, from what of it was read before the fault: where consent is asked for,
    /// only with consent seen; where some pages are not read, only with another page seen; where some members are not taken, none.
    /// </summary>
    public static bool MayKeepReject(SiteModel site, in VisitorEvent e) =>
        !site.Door.LimitsProperties && CauseOf(site, e) is null && ((site.PagesNeverRead.IsEmpty && site.PagesOnlyRead.IsEmpty) || !e.PageUrl.IsEmpty);

    /// <summary>What a browser says with each request. Server-side senders say it in the event, for their own headers are not the visitor's.</summary>
    public static PrivacySignals SignalsOf(HttpRequest request) =>
        (request.Headers["Sec-GPC"] == "1" ? PrivacySignals.GlobalPrivacyControl : PrivacySignals.None)
        | (request.Headers["DNT"] == "1" ? PrivacySignals.DoNotTrack : PrivacySignals.None);

    /// <summary>Path of an absolute or relative URL, without query and fragment; empty when there is none.</summary>
    internal static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> url)
    {
        if (url.IndexOfAny((byte)'?', (byte)'#') is >= 0 and var end) url = url[..end];
        if (url.IndexOf("://"u8) is not (>= 0 and var scheme)) return url;
        url = url[(scheme + 3)..];
        return url.IndexOf((byte)'/') is >= 0 and var path ? url[path..] : "/"u8;
    }

    private static bool BeginsWithOne(ReadOnlySpan<byte> path, System.Collections.Immutable.ImmutableArray<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (path.Length >= prefix.Length && Ascii.EqualsIgnoreCase(path[..prefix.Length], prefix)) return true;
        }
        return false;
    }
}
