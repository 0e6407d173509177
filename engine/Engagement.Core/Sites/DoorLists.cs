using System.Collections.Immutable;
using System.Text;
using Engagement.Core.Events;

namespace Engagement.Core.Sites;

/// <summary>
/// Which events a site takes, and which of their members. What an event cannot do without is always taken; whatever is dropped is counted. Immutable;
/// thread-safe; asking allocates nothing.
/// </summary>
public sealed class DoorLists
{
    /// <summary>Everything is taken.</summary>
    public static readonly DoorLists All = new([], [], [], []);

    private readonly ImmutableArray<byte[]> _onlyTypes;
    private readonly ImmutableArray<byte[]> _neverTypes;
    private readonly ImmutableArray<byte[]> _onlyProperties;
    private readonly ImmutableArray<byte[]> _neverProperties;

    /// <param name="onlyTypes">The only event types that are taken; empty: all.</param>
    /// <param name="neverTypes">Event types that are not.</param>
    /// <param name="onlyProperties">Of members that the contract does not know, the only ones that are taken; empty: all.</param>
    /// <param name="neverProperties">Members that are not taken: a name, or an object's and a name, such as <c>page.title</c>.</param>
    public DoorLists(IEnumerable<string> onlyTypes, IEnumerable<string> neverTypes, IEnumerable<string> onlyProperties, IEnumerable<string> neverProperties)
    {
        static ImmutableArray<byte[]> Bytes(IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
        (_onlyTypes, _neverTypes) = (Bytes(onlyTypes), Bytes(neverTypes));
        (_onlyProperties, _neverProperties) = (Bytes(onlyProperties), Bytes(neverProperties));
    }

    /// <summary>Members without which an event cannot be read, or means nothing: no list may drop them.</summary>
    public static ImmutableArray<string> NeededProperties { get; } =
    [
        "id", "type", "visitor", "site", "occurredAt", "receivedAt", "privacy", "name", "page", "page.url", "product", "product.id", "search", "search.query", "article", "article.id",
        "article.helpful", "source",
    ];

    /// <summary>Whether any member may be dropped.</summary>
    public bool LimitsProperties => !_onlyProperties.IsEmpty || !_neverProperties.IsEmpty;

    /// <summary>Hot.</summary>
    public bool TakesType(in VisitorEvent e)
    {
        if (_onlyTypes.IsEmpty && _neverTypes.IsEmpty) return true;
        var type = e.Type == EventType.Unknown ? e.TypeName : EventTypeNames.Utf8(e.Type);
        return (_onlyTypes.IsEmpty || Holds(_onlyTypes, type)) && !Holds(_neverTypes, type);
    }

    /// <summary>Whether a member is taken. Hot.</summary>
    /// <param name="parent">Name of the object of the event in which it stands; empty: the event itself.</param>
    /// <param name="name">The member's.</param>
    /// <param name="isKnown">Whether the contract knows it.</param>
    public bool TakesProperty(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, bool isKnown)
    {
        if (!_onlyProperties.IsEmpty && !isKnown && parent.IsEmpty && !Holds(_onlyProperties, name)) return false;
        foreach (var never in _neverProperties)
        {
            if (parent.IsEmpty ? name.SequenceEqual(never) : IsPath(never, parent, name)) return false;
        }
        return true;
    }

    private static bool IsPath(ReadOnlySpan<byte> path, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        path.Length == parent.Length + 1 + name.Length && path[parent.Length] == '.' && path.StartsWith(parent) && path.EndsWith(name);

    private static bool Holds(ImmutableArray<byte[]> list, ReadOnlySpan<byte> sought)
    {
        foreach (var item in list)
        {
            if (sought.SequenceEqual(item)) return true;
        }
        return false;
    }
}
