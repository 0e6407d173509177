using System.Collections.Frozen;
using System.Collections.Immutable;
using Engagement.Core.Decisions;

namespace Engagement.Core.Cards;

/// <summary>Blockers in words: why nothing was offered. Pure, thread-safe.</summary>
public static class BlockerTexts
{
    /// <summary>All that are set, in the order of deciding.</summary>
    public static ImmutableArray<CodedText> For(Blockers blockers, CopyLanguage language) => [.. Codes.Split(blockers).Select(b => Of(b, language))];

    /// <summary>One blocker in words.</summary>
    public static CodedText Of(Blockers blocker, CopyLanguage language) =>
        new(Codes.Of(blocker), _texts.TryGetValue(blocker, out var phrase) ? phrase.In(language) : Codes.Of(blocker));

    private static readonly FrozenDictionary<Blockers, Phrase> _texts = new Dictionary<Blockers, Phrase>
    {
        [Blockers.SiteOff] = new("The site has switched invitations off", "Die Website hat Einladungen abgeschaltet", "De site heeft uitnodigingen uitgezet",
            "El sitio ha desactivado las invitaciones"),
        [Blockers.OutsideHours] = new("Outside the opening hours", "Außerhalb der Öffnungszeiten", "Buiten de openingstijden", "Fuera del horario de atención"),
        [Blockers.Objected] = new("No agreement to look at this visit", "Keine Zustimmung zur Auswertung dieses Besuchs",
            "Geen toestemming om dit bezoek te bekijken", "Sin consentimiento para analizar esta visita"),
        [Blockers.ModelUnavailable] = new("A model is not available", "Ein Modell ist nicht verfügbar", "Een model is niet beschikbaar",
            "Un modelo no está disponible"),
        [Blockers.PageExcluded] = new("On this page nobody is interrupted", "Auf dieser Seite wird niemand unterbrochen", "Op deze pagina wordt niemand gestoord",
            "En esta página no se interrumpe a nadie"),
        [Blockers.LeftSite] = new("Has left the site", "Hat die Website verlassen", "Heeft de site verlaten", "Ha salido del sitio"),
        [Blockers.LanguageNotServed] = new("Nobody here speaks this language", "Diese Sprache wird hier nicht gesprochen", "Deze taal wordt hier niet gesproken",
            "Aquí no se atiende en este idioma"),
        [Blockers.Declined] = new("Has said no", "Hat Nein gesagt", "Heeft nee gezegd", "Ha dicho que no"),
        [Blockers.Ignored] = new("Saw an invitation and let it pass", "Hat eine Einladung gesehen und verstreichen lassen",
            "Zag een uitnodiging en liet die voorbijgaan", "Vio una invitación y la dejó pasar"),
        [Blockers.InConversation] = new("Is in a conversation already", "Ist schon im Gespräch", "Is al in gesprek", "Ya está en una conversación"),
        [Blockers.OfferOpen] = new("An invitation is open", "Eine Einladung ist offen", "Er staat een uitnodiging open", "Hay una invitación abierta"),
        [Blockers.OfferLimit] = new("Was invited often enough in this visit", "Wurde bei diesem Besuch oft genug eingeladen",
            "Is tijdens dit bezoek vaak genoeg uitgenodigd", "Ya recibió suficientes invitaciones en esta visita"),
        [Blockers.HeldOut] = new("Is in the comparison group without invitations", "Gehört zur Vergleichsgruppe ohne Einladungen",
            "Zit in de vergelijkingsgroep zonder uitnodigingen", "Está en el grupo de comparación sin invitaciones"),
        [Blockers.Progressing] = new("Is getting there alone", "Kommt allein ans Ziel", "Komt er zelf wel", "Avanza sin ayuda"),
        [Blockers.Exploring] = new("Is looking around and best left alone", "Sieht sich um und bleibt am besten ungestört",
            "Kijkt rond en kan het best met rust gelaten worden", "Está mirando y es mejor no interrumpir"),
        [Blockers.NotEnoughEvidence] = new("Too little is known yet", "Noch ist zu wenig bekannt", "Er is nog te weinig bekend", "Aún se sabe demasiado poco"),
        [Blockers.BelowThreshold] = new("The signs are not strong enough yet", "Die Anzeichen sind noch nicht deutlich genug",
            "De signalen zijn nog niet sterk genoeg", "Las señales aún no son lo bastante claras"),
        [Blockers.Stale] = new("No sign of presence in the last moments", "Kein Zeichen von Anwesenheit in den letzten Augenblicken",
            "De laatste ogenblikken geen teken van aanwezigheid", "Sin señales de presencia en los últimos instantes"),
        [Blockers.NobodyFree] = new("Nobody is free", "Niemand ist frei", "Er is niemand vrij", "No hay nadie libre"),
        [Blockers.OfferCap] = new("The site's invitations of this hour are used up", "Die Einladungen der Website für diese Stunde sind aufgebraucht",
            "De uitnodigingen van de site voor dit uur zijn op", "Se han agotado las invitaciones del sitio para esta hora"),
        [Blockers.Holdout] = new("Chosen for the comparison group without invitations", "Für die Vergleichsgruppe ohne Einladungen ausgewählt",
            "Gekozen voor de vergelijkingsgroep zonder uitnodigingen", "Elegida para el grupo de comparación sin invitaciones"),
        [Blockers.Observing] = new("The site only observes", "Die Website beobachtet nur", "De site kijkt alleen mee", "El sitio solo observa"),
        [Blockers.AlreadyOffered] = new("Was invited by another way already", "Wurde schon auf anderem Weg eingeladen", "Is al langs een andere weg uitgenodigd",
            "Ya recibió una invitación por otra vía"),
        [Blockers.Unavailable] = new("Could not be asked just now", "Konnte gerade nicht gefragt werden", "Kon zojuist niet worden nagegaan",
            "No se ha podido consultar en este momento"),
    }.ToFrozenDictionary();
}
