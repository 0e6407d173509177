using Engagement.Core.Contracts;
using Engagement.Desks.Delivery;

namespace Engagement.Desks;

/// <summary>One who is there.</summary>
/// <param name="Id">As the engine knows her: the desk's kind, a hyphen, and the desk's own id.</param>
/// <param name="Capacity">How many at once, counting those that the engine knows of already.</param>
/// <param name="TakesNew">False: nothing new may come to her, and what she has stays hers.</param>
internal readonly record struct DeskAgent(string Id, int Capacity, bool TakesNew = true);

/// <summary>Who is there. Whoever is not named has gone: what she has goes back to the others when her presence has lapsed.</summary>
/// <param name="Age">How old this was when it was read.</param>
internal sealed record DeskPresence(IReadOnlyList<DeskAgent> Agents, TimeSpan Age);

/// <summary>A desk by its documented API. Throws <c>NoticeRefusedException</c> where the answer is no, anything else where none came. Thread-safe.</summary>
internal interface IDesk
{
    /// <summary>Makes a conversation with the card as a note that only the desk's people see; once, where the desk can tell that it has it already.</summary>
    ValueTask HandOverAsync(Notice notice, AcceptedCard card, CancellationToken cancellation);

    ValueTask<DeskPresence> ReadPresenceAsync(CancellationToken cancellation);
}
