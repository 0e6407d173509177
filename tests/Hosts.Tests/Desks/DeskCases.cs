using System.Collections.Immutable;
using System.Text;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Desks;
using Engagement.Desks.Delivery;
using Engagement.Desks.Outgoing;
using Engagement.Testing;

namespace Hosts.Tests.Desks;

/// <summary>Desks, notices and cards as the tests of adapters need them; the card holds what a hostile visitor would type.</summary>
internal static class DeskCases
{
    public const string Hostile = "<script>alert(1)</script> <!channel> [x](javascript:alert(1)) & more";

    public static readonly Instant At = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public static OfferId Offer(int ordinal = 1) => new(new SessionId(0x1122334455667788, 0x99aabbccddeeff00), ordinal);

    public static Notice Accepted(int ordinal = 1) => new()
    {
        Id = $"{Offer(ordinal)}:card", Type = NoticeType.CardAccepted, Site = "demo", Offer = Offer(ordinal).ToString(), At = At,
    };

    public static AcceptedCard Card(string agent, int ordinal = 1) => new(Offer(ordinal), agent, new ContextCard
    {
        State = VisitorState.Floundering, StateText = "Not finding it", Language = "en", Urgency = 0.8, Need = "A return label", NeedIsClear = true,
        SuggestedOpener = "Are you looking for the return label?",
        Reasons = [new CodedText("repeated_search", "Searched four times")],
        Queries = [new CardQuery("q1", Hostile, 0, SearchScope.Help, 0, 2, At)],
        Pages = [new CardPage("p1", Hostile, PageKind.Help, 3, 40, At)],
        Cart = ImmutableArray.Create(new CardItem("c1", Hostile, 2, 9.5)),
    });

    public static SiteSecret Secret(string text) => new(Encoding.ASCII.GetBytes(text));

    public static SiteDesk Chatwoot(Uri url, string token = ChatwootServer.Token, params string[] agents) => new()
    {
        Kind = DeskKind.Chatwoot, Url = url, Account = 3, Inbox = 7, Secret = Secret(token), Capacity = 2, Agents = [.. agents],
    };

    public static SiteDesk Zendesk(Uri url, string token = ZendeskServer.Token, params string[] agents) => new()
    {
        Kind = DeskKind.Zendesk, Url = url, User = ZendeskServer.User, Secret = Secret(token), Capacity = 3, Group = 44, Agents = [.. agents],
    };

    public static SiteDesk Slack(Uri url, string token = SlackServer.Token, params string[] agents) => new()
    {
        Kind = DeskKind.Slack, Url = url, Channel = SlackServer.Channel, Secret = Secret(token), Capacity = 1, Agents = [.. agents],
    };

    public static OutgoingClient Client() => new(new DeskOptions { AllowPrivateAddresses = true }, TimeProvider.System);
}
