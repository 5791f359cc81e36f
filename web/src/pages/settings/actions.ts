/** What the log of changes tells, in words: it keeps actions by their ids, and other changes by method and address. */
import { type MessageKey, t } from '../../i18n';

const NAMED: Record<string, MessageKey> = {
    export: 'log.export',
    login: 'log.login',
    'login.failed': 'log.loginFailed',
    'share.add': 'log.shareAdd',
    'share.delete': 'log.shareDelete',
    'token.add': 'log.tokenAdd',
    'token.delete': 'log.tokenDelete',
    'user.add': 'log.userAdd',
    'user.change': 'log.userChange',
    'user.delete': 'log.userDelete',
    'user.first': 'log.userFirst',
    'view.add': 'log.viewAdd',
    'view.change': 'log.viewChange',
    'view.delete': 'log.viewDelete',
};

const ADDRESS = '/api/v1/';
/** The first that fits. */
const CHANGES: readonly [method: string, address: RegExp, key: MessageKey][] = [
    ['PUT', /^settings$/, 'log.settings'],
    ['POST', /^(settings|stores)\/undo$/, 'log.undo'],
    ['PUT', /^stores\//, 'log.store'],
    ['PUT', /^definitions\//, 'log.definition'],
    ['DELETE', /^definitions\//, 'log.definitionBuiltIn'],
    ['POST', /^definitions\/.*\/revert$/, 'log.definitionRevert'],
    ['POST', /^goals$/, 'log.goal'],
    ['POST', /^goals\/import$/, 'log.goalsImport'],
    ['POST', /^goals\/split$/, 'log.goalSplit'],
    ['POST', /^goals\/lock$/, 'log.goalLock'],
    ['POST', /^goals\/unlock$/, 'log.goalUnlock'],
    ['POST', /^reports\/month\/close$/, 'log.close'],
    ['POST', /^uploads\/.*\/import$/, 'log.import'],
    ['POST', /^uploads/, 'log.upload'],
    ['PATCH', /^uploads\//, 'log.mapping'],
    ['DELETE', /^uploads\//, 'log.uploadDiscard'],
    ['DELETE', /^imports\//, 'log.importUndo'],
    ['DELETE', /^jobs\//, 'log.jobCancel'],
    ['POST', /^quarantine\/retry$/, 'log.retry'],
    ['PATCH', /^quarantine\//, 'log.repair'],
    ['DELETE', /^quarantine\//, 'log.drop'],
];

const addressOf = (what: string) => (what.startsWith(ADDRESS) ? what.slice(ADDRESS.length) : what);

export function actionName(action: string, what: string): string {
    const address = addressOf(what);
    const key =
        NAMED[action] ?? CHANGES.find(([method, pattern]) => method === action && pattern.test(address))?.[2];
    return key ? t(key) : action;
}

/** What it was done to: of an address only what is not in the name of every one. */
export function actionOn(what: string): string {
    return addressOf(what);
}
