using Engagement.Core.Decisions;

namespace Engagement.Core.Cards;

/// <summary>
/// First words for the agent. An opener asks about the need and never recites the trail: no search, page or product is named, but for the topic of
/// a clear need (<see cref="Need.Topic"/>) or else the common subject of the latest search (<see cref="CommonSubject"/>). Pure, thread-safe.
/// </summary>
public static class OpenerTexts
{
    private static readonly Phrase _topic = new(
        "Hello! What are you trying to find about “{0}”?",
        "Hallo! Was möchten Sie zum Thema „{0}“ finden?",
        "Hallo! Wat wilt u vinden over ‘{0}’?",
        "¡Hola! ¿Qué le gustaría encontrar sobre «{0}»?");

    private static readonly Phrase _subject = new(
        "Hello! What would you like to know {0}? I will gladly look with you.",
        "Hallo! Was möchten Sie {0} wissen? Ich sehe gern mit Ihnen nach.",
        "Hallo! Wat wilt u weten {0}? Ik kijk graag met u mee.",
        "¡Hola! ¿Qué le gustaría saber {0}? Con mucho gusto lo miramos juntos.");

    private static readonly Phrase _floundering = new(
        "Hello! What are you trying to find? I will gladly look with you.",
        "Hallo! Was möchten Sie finden? Ich sehe gern mit Ihnen nach.",
        "Hallo! Wat wilt u vinden? Ik kijk graag met u mee.",
        "¡Hola! ¿Qué le gustaría encontrar? Con mucho gusto lo miramos juntos.");

    private static readonly Phrase _purposeful = new(
        "Hello! Is there anything you would like to know before you decide?",
        "Hallo! Gibt es etwas, das Sie vor Ihrer Entscheidung wissen möchten?",
        "Hallo! Is er iets dat u wilt weten voordat u beslist?",
        "¡Hola! ¿Hay algo que le gustaría saber antes de decidir?");

    private static readonly Phrase _other = new(
        "Hello! How can I help?", "Hallo! Wie kann ich helfen?", "Hallo! Hoe kan ik helpen?", "¡Hola! ¿En qué puedo ayudar?");

    public static string For(VisitorState state, Need need, CopyLanguage language) => state switch
    {
        VisitorState.Floundering when need.Topic is { } topic =>
            _topic.In(language).Replace("{0}", CleanText.Isolated(topic), StringComparison.Ordinal),
        VisitorState.Floundering when need.Subject is { } subject =>
            _subject.In(language).Replace("{0}", subject.About.In(language), StringComparison.Ordinal),
        VisitorState.Floundering => _floundering.In(language),
        VisitorState.Purposeful => _purposeful.In(language),
        _ => _other.In(language),
    };
}
