using System.Text;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Engagement.Core.Sessions;

/// <summary>What a partition keeps by site: the site as of the current catalogue, its clock domain, and who waits. Not thread-safe.</summary>
internal sealed class SiteContext(SiteModel model, TimerQueue timers, SessionArena arena)
{
    private uint[] _languages = LanguageTags(model);
    private byte[][] _excluded = Prefixes(model);

    /// <summary>As of the last catalogue that had the site.</summary>
    public SiteModel Model { get; private set; } = model;

    /// <summary>False while the current catalogue lacks the site: its records are ignored, its sessions run out.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>Timers of the site's clock domain, given when the site was first met: all wall-clock sites share one.</summary>
    public TimerQueue Timers { get; } = timers;

    /// <summary>Memory of the partition's sessions: kept here, so that a session needs no reference of its own.</summary>
    public SessionArena Arena { get; } = arena;

    public WaitingList Waiting { get; } = new();

    /// <summary>Live sessions of the site by state; of those who object none.</summary>
    public int[] Standing { get; } = new int[VisitCounting.StateCount];

    /// <summary>What the site's models are asked about.</summary>
    public DriftSampler Drift { get; } = new(model);

    public void Swap(SiteModel model)
    {
        IsKnown = true;
        if (ReferenceEquals(model, Model)) return;
        Model = model;
        Drift.Swap(model);
        _languages = LanguageTags(model);
        _excluded = Prefixes(model);
    }

    /// <summary>A language that no event said is served.</summary>
    public bool Serves(uint language) => language == 0 || _languages.Length == 0 || Array.IndexOf(_languages, language) >= 0;

    /// <summary>True when the URL's path begins with one of the site's pages never to be interrupted.</summary>
    public bool Excludes(ReadOnlySpan<byte> url)
    {
        if (_excluded.Length == 0) return false;
        var path = PathOf(url);
        foreach (var prefix in _excluded)
        {
            if (path.StartsWith(prefix)) return true;
        }
        return false;
    }

    /// <summary>The path of an absolute or relative URL, without query and fragment; <c>/</c> for a bare origin.</summary>
    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> url)
    {
        var scheme = url.IndexOf("://"u8);
        if (scheme >= 0 && url[..scheme].IndexOfAny("/?#"u8) < 0)
        {
            url = url[(scheme + 3)..];
            var path = url.IndexOfAny("/?#"u8);
            url = path < 0 ? default : url[path..];
        }
        var end = url.IndexOfAny((byte)'?', (byte)'#');
        if (end >= 0) url = url[..end];
        return url.IsEmpty ? "/"u8 : url;
    }

    /// <summary>The primary subtag of a language tag, lower case, its two to four letters in one number; 0 when it is none.</summary>
    public static uint LanguageTag(ReadOnlySpan<byte> text)
    {
        uint tag = 0;
        for (var i = 0; i < text.Length && text[i] is not ((byte)'-' or (byte)'_'); i++)
        {
            var letter = (byte)(text[i] | 0x20);
            if (i == 4 || letter is < (byte)'a' or > (byte)'z') return 0;
            tag |= (uint)letter << (8 * i);
        }
        return tag;
    }

    public static string? LanguageText(uint tag)
    {
        if (tag == 0) return null;
        var text = new StringBuilder(4);
        for (; tag != 0; tag >>= 8) text.Append((char)(byte)tag);
        return text.ToString();
    }

    private static uint[] LanguageTags(SiteModel model) => [.. model.Policy.Languages.Select(l => LanguageTag(Encoding.UTF8.GetBytes(l)))];

    private static byte[][] Prefixes(SiteModel model) => [.. model.Policy.PagesNeverInterrupted.Select(Encoding.UTF8.GetBytes)];
}
