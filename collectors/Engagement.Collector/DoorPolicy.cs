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

    /// <summary>The cause of a refusal; null when the event may come in. Hot.</summary>
    public static string? CauseOf(SiteModel site, in VisitorEvent e)
    {
        if (site.Mode == SiteMode.Off) return SiteOff;
        if ((e.Privacy & PrivacySignals.ConsentRefused) != 0) return ConsentRefused;
        if (site.Consent == ConsentRule.Required && (e.Privacy & PrivacySignals.ConsentGiven) == 0) return NoConsent;
        return !site.PagesNeverRead.IsEmpty && IsNeverRead(site, PathOf(e.PageUrl)) ? PageNeverRead : null;
    }

    /// <summary>
    /// Whether a masked copy of an event that could not be read may be kept, from what of it was read before the fault: where consent is asked for,
    /// only with consent seen; where pages are never read, only with another page seen.
    /// </summary>
    public static bool MayKeepReject(SiteModel site, in VisitorEvent e) =>
        CauseOf(site, e) is null && (site.PagesNeverRead.IsEmpty || !e.PageUrl.IsEmpty);

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

    private static bool IsNeverRead(SiteModel site, ReadOnlySpan<byte> path)
    {
        foreach (var prefix in site.PagesNeverRead)
        {
            if (path.Length >= prefix.Length && Ascii.EqualsIgnoreCase(path[..prefix.Length], prefix)) return true;
        }
        return false;
    }
}
