/**
 * Tests of the packaged program: unpacked from its tar, run as an operator runs it, killed as
 * machines die. Nothing here uses Bindery's own code: what is expected is worked out anew.
 */
package bindery.deploy;
