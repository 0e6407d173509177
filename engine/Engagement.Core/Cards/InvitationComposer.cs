using System.Collections.Immutable;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>
/// Words of an invitation: says that it is a chat with a person, that saying no is fine, and names nobody unless told a name. Pure, thread-safe.
/// </summary>
public static class InvitationComposer
{
    /// <summary>A site's own copy may hold this; it is used only where an agent is named.</summary>
    private const string AgentPlaceholder = "{agent}";

    /// <summary>Invitation copy longer than this is cut: it has to be read in passing.</summary>
    private const int TextBytesMax = 400;

    private static readonly Phrase _floundering = new(
        "Not finding what you need? Someone from our team is free to chat with you now. It is fine to say no.",
        "Nicht gefunden, was Sie suchen? Jemand aus unserem Team hat jetzt Zeit für einen Chat mit Ihnen. Ein Nein ist völlig in Ordnung.",
        "Niet gevonden wat u zoekt? Iemand van ons team heeft nu tijd om met u te chatten. Nee zeggen mag gerust.",
        "¿No encuentra lo que necesita? Alguien de nuestro equipo puede chatear con usted ahora. Puede decir que no sin problema.");

    private static readonly Phrase _purposeful = new(
        "Any question before you decide? Someone from our team is free to chat with you now. It is fine to say no.",
        "Noch eine Frage, bevor Sie sich entscheiden? Jemand aus unserem Team hat jetzt Zeit für einen Chat mit Ihnen. Ein Nein ist völlig in Ordnung.",
        "Nog een vraag voordat u beslist? Iemand van ons team heeft nu tijd om met u te chatten. Nee zeggen mag gerust.",
        "¿Alguna pregunta antes de decidir? Alguien de nuestro equipo puede chatear con usted ahora. Puede decir que no sin problema.");

    private static readonly Phrase _someone = new("Someone from our team", "Jemand aus unserem Team", "Iemand van ons team", "Alguien de nuestro equipo");
    private static readonly Phrase _named = new("{0} from our team", "{0} aus unserem Team", "{0} van ons team", "{0}, de nuestro equipo,");
    private static readonly Phrase _accept = new("Chat now", "Jetzt chatten", "Nu chatten", "Chatear ahora");
    private static readonly Phrase _decline = new("No, thank you", "Nein, danke", "Nee, bedankt", "No, gracias");
    private static readonly Phrase _why = new("Why am I seeing this?", "Warum sehe ich das?", "Waarom zie ik dit?", "¿Por qué veo esto?");

    /// <summary>The invitation of an offer.</summary>
    /// <param name="visitorLanguage">Of the page, as she last saw it; null where not known.</param>
    /// <param name="agentName">The leased agent's public name; null to name nobody.</param>
    public static InvitationMessage Compose(
        OfferId offer, Assessment assessment, SiteModel site, string? visitorLanguage, Instant now, Instant expiresAt, string? agentName = null)
    {
        var language = CopyLanguages.Choose(visitorLanguage, site);
        var agent = CleanText.Of(agentName, Limits.NameBytesMax) is { Length: > 0 } name ? name : null;
        var (text, tag) = TextOf(assessment.State, site, language, visitorLanguage, agent);
        return new InvitationMessage
        {
            Kind = InvitationMessageKind.Invitation,
            Id = offer.ToString(),
            Text = text,
            Why = ReasonTexts.For(assessment, site, language),
            Labels = new InvitationLabels(_accept.In(language), _decline.In(language), _why.In(language)),
            ExpiresAt = expiresAt,
            Language = tag,
            Agent = agent,
        }.AsOf(now);
    }

    /// <summary>
    /// The site's own copy for state and language, and its tag; else the built-in words. The site's copy may be in any language: what goes with it is then
    /// in the language of built-in words that would have been chosen without it.
    /// </summary>
    private static (string Text, string Tag) TextOf(VisitorState state, SiteModel site, CopyLanguage language, string? visitorLanguage, string? agent)
    {
        if (PrimaryTag(visitorLanguage) is { } spoken && OwnText(state, site, spoken, agent) is { } own) return (own, spoken);
        return (OwnText(state, site, language.Tag(), agent) ?? BuiltInText(state, language, agent), language.Tag());
    }

    private static string? PrimaryTag(string? language)
    {
        var end = language.AsSpan().IndexOfAny('-', '_');
        var tag = end < 0 ? language : language![..end];
        return tag is { Length: 2 or 3 } ? tag.ToLowerInvariant() : null;
    }

    /// <summary>Null where the site has none, or one that names an agent whose name is not known.</summary>
    private static string? OwnText(VisitorState state, SiteModel site, string tag, string? agent) =>
        site.Copy.TryGetValue($"{Codes.Of(state)}.{tag}", out var own) && (agent is not null || !own.Contains(AgentPlaceholder, StringComparison.Ordinal))
            ? CleanText.Of(own, TextBytesMax).Replace(AgentPlaceholder, agent is null ? "" : CleanText.Isolated(agent), StringComparison.Ordinal)
            : null;

    private static string BuiltInText(VisitorState state, CopyLanguage language, string? agent)
    {
        var text = (state == VisitorState.Floundering ? _floundering : _purposeful).In(language);
        return agent is null
            ? text
            : text.Replace(_someone.In(language), _named.In(language).Replace("{0}", CleanText.Isolated(agent), StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
